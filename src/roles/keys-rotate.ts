import { WrongInput } from '../platform/failure.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

const PURPOSES = ['session', 'ticket', 'link', 'cursor'] as const

/** `usher keys rotate session`: a new key signs in a few minutes, the old one stays until what it signed has expired. */
export const run: Run<{ purpose: string }> = async ({ purpose }, { config, shutdown }) => {
  const known = PURPOSES.find((p) => p === purpose)
  if (!known)
    throw new WrongInput(`there are no "${purpose}" keys to rotate; there are ${PURPOSES.join(', ')}`)
  const { account } = await openAccount(config, shutdown)
  const { keyId } = await account.keys.rotate(known)
  console.log(`key ${keyId} is published now and signs for ${known} in two minutes`)
}
