import { WrongInput } from '../platform/failure.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openAccount } from './open-account.ts'

const PURPOSES = ['session', 'ticket', 'link', 'cursor'] as const

/** `usher keys rotate session`: a new key signs in a few minutes, the old one stays until what it signed has expired. */
export const run: Run<{ purpose: string }> = async ({ purpose }, { config, shutdown }) => {
  const known = PURPOSES.find((p) => p === purpose)
  if (!known)
    throw new WrongInput(`there are no "${purpose}" keys to rotate; there are ${PURPOSES.join(', ')}`)
  const { account, database } = await openAccount(config, shutdown)
  const rotate = () => account.keys.rotate(known)
  const { keyId } = await inLog(database, 'keys rotate', rotate, { target: { purpose: known } })
  const where =
    known === 'session' || known === 'ticket'
      ? 'publish it in /.well-known/jwks.json within a minute (a cache may take one more)'
      : 'know it within a minute'
  console.log(`key ${keyId} is made: running servers ${where}, and it signs for ${known} in two minutes`)
}
