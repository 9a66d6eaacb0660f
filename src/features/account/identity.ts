import { Wrapping } from '../../platform/crypto/seal.ts'
import type { Caller } from '../../platform/http/route.ts'
import { FairLimit } from '../../platform/rate-limit.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { BuyerId, EventId } from '../../shared/ids.ts'
import { accountOf, buyersOfMailbox, findAccount, lockAccount, type AccountRow } from './accounts.ts'
import { codeLetter } from './code-letter.ts'
import { erase, resumeErasures } from './erasure.ts'
import type { Identity, SignedIn } from './identity-types.ts'
import type { IdentityContext, IdentityDeps } from './identity-deps.ts'
import { CODE_MAILS_WAITING_MAX, MOVE_RETRY_MS, SIGN_IN_LIMITS } from './limits.ts'
import { wholeAddress } from './mail-address.ts'
import { makeCode, tryCode } from './mail-codes.ts'
import { carryOut, claimMoves, dropMove, noteMoves, type Move, type MoveDeps } from './moves.ts'
import { changeProfile, exportAll, profileOf } from './personal-data.ts'
import { findRetained } from './retained-documents.ts'

/** Signing in, and everything that a person may ask about themselves. Never tells whether a mailbox has an account. */
export function createIdentity(deps: IdentityDeps): Identity {
  const wrapping = new Wrapping(deps.masterKeys, deps.random)
  const peopleOptions = { ...deps, wrapping, contactMac: deps.account.keys.mac('contact') }
  const ctx: IdentityContext = { ...deps, peopleOptions }
  const codes = { ...deps, mac: deps.account.keys.mac('link') }
  const sending = new FairLimit(SIGN_IN_LIMITS, deps.clock)
  const trying = new FairLimit(SIGN_IN_LIMITS, deps.clock)
  const work = new Set<Promise<unknown>>()
  let timer: ReturnType<typeof setInterval> | undefined

  const later = (what: string, task: () => Promise<unknown>): void => {
    const running = task()
      .catch((error: unknown) => deps.onProblem(what, error))
      .finally(() => work.delete(running))
    work.add(running)
  }

  const identity: Identity = {
    requestCode: ({ email: typed, asker, locale, browserLocale, address }) => {
      const tooOften = deps.limited ? sending.take(asker?.id ?? null, address) : 0
      if (tooOften > 0) return slowDown(tooOften)
      if (work.size >= CODE_MAILS_WAITING_MAX) {
        return refuse('busy', 'Too many codes are being sent at this moment. Try again in a minute.', {
          retryAfterSeconds: 60,
        })
      }
      later('a code could not be sent', async () => {
        const email = wholeAddress(typed)
        const { mailHash, contactHash } = deps.account.people
        const mailbox = { mailHash: mailHash(email), contactHash: contactHash(email) }
        const code = await makeCode(codes, mailbox, { asker: guestOrSelf(asker), locale })
        if (code !== null) await sendCode(ctx, email, code, locale ?? browserLocale)
      })
      return null
    },

    verifyCode: async ({ email: typed, code, caller, browserLocale, address, eventIds }) => {
      const tooOften = deps.limited ? trying.take(caller?.id ?? null, address) : 0
      if (tooOften > 0) return slowDown(tooOften)
      // Only what the mail was sent to was proved, not how it was typed.
      const email = wholeAddress(typed)
      const mailHash = deps.account.people.mailHash(email)
      const right = await tryCode(codes, mailHash, guestOrSelf(caller), code)
      if (!right) return wrongCode()
      const { locale } = right
      const newLocale = (caller && (await profileOf(ctx, caller)).locale) ?? browserLocale
      const guests = await buyersOfMailbox(deps.database, mailHash, deps.sets)
      const signedIn = await deps.database.transaction(async (sql) => {
        if (!(await right.spend(sql))) return null
        const account = await accountOf(sql, { email, mailHash, locale, newLocale }, peopleOptions)
        const moves = await noteMoves(sql, movesFor(ctx, account.buyer, caller, eventIds, guests))
        return { account, moves }
      })
      return signedIn ? session(ctx, signedIn.account, signedIn.moves) : wrongCode()
    },

    signIn: async (buyer, guest, eventIds) => {
      const wanted = movesFor(ctx, buyer, guest, eventIds)
      const signedIn = await deps.database.transaction(async (sql) => {
        const account = await lockAccount(sql, buyer)
        return account && { account, moves: await noteMoves(sql, wanted) }
      })
      if (!signedIn) return refuse('unauthorized', 'There is no such account any more.')
      return session(ctx, signedIn.account, signedIn.moves)
    },

    profile: (caller) => profileOf(ctx, caller),
    change: (caller, changes) => changeProfile(ctx, caller, changes),
    export: (caller) => exportAll(ctx, caller),
    erase: (caller) => erase(ctx, caller),
    retainedDocument: (orderId) => findRetained(deps.database, orderId, peopleOptions),

    resumeMoves: async () => {
      let done = 0
      for (const move of await claimMoves(deps.database, deps.clock)) {
        if (await moved(ctx, move)) done += 1
      }
      return done
    },
    resumeErasures: () => resumeErasures(ctx),
    start: () => {
      timer ??= setInterval(() => {
        later('the moves to accounts failed', () => identity.resumeMoves())
        later('the erasures failed', () => identity.resumeErasures())
      }, MOVE_RETRY_MS)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      timer = undefined
      await Promise.all(work)
    },
  }
  return identity
}

/** Whose the code is: the guest's, or that of an account which signs in again. */
function guestOrSelf(caller: Caller | null): BuyerId | null {
  return caller?.kind === 'buyer' ? caller.id : null
}

/**
 * What becomes the account's: the things of the guest who signs in, and those of `others`, who bought with this very
 * mailbox. An account's own things stay with it: signing in to another one with its token moves nothing.
 */
function movesFor(
  { clock, sets }: IdentityContext,
  to: BuyerId,
  caller: Caller | null,
  eventIds: readonly EventId[],
  others: Iterable<BuyerId> = [],
): Move[] {
  const at = new Date(clock.now())
  const moves = new Map<BuyerId, Move>()
  for (const from of others) moves.set(from, { from, to, eventIds: [], at })
  if (caller?.kind === 'buyer' && caller.sessionGeneration === undefined) {
    // Written down with the move: whoever finishes it may be a process that has none of them in memory.
    const known = new Set([...eventIds, ...sets.eventsInMemoryOf(caller.id)])
    moves.set(caller.id, { from: caller.id, to, eventIds: [...known], at })
  }
  moves.delete(to)
  return [...moves.values()]
}

async function session(ctx: IdentityContext, account: AccountRow, moves: readonly Move[]): Promise<SignedIn> {
  let moving = false
  for (const move of moves) if (!(await moved(ctx, move))) moving = true
  const contactHash = await contactHashOf(ctx, account)
  const issued = await ctx.account.sessions.issue(account.buyer, {
    contactHash,
    generation: account.generation,
  })
  return { ...issued, moving }
}

/** Whether nothing is left to move. */
async function moved(ctx: IdentityContext, move: Move): Promise<boolean> {
  const deps: MoveDeps = { ...ctx, people: ctx.account.people }
  try {
    // Written down a moment ago, and erased since: what is the guest's must not go to nobody.
    const account = await findAccount(ctx.database, move.to)
    if (account) await carryOut(deps, move, await contactHashOf(ctx, account))
    else await dropMove(ctx.database, move)
    return true
  } catch (error) {
    ctx.onProblem('the things of a guest could not be moved yet', error)
    return false
  }
}

// Of an account that is being erased at this moment nothing is known: its session is good for nothing then.
async function contactHashOf(
  { account: { people } }: IdentityContext,
  { buyer }: AccountRow,
): Promise<string> {
  return people.contactHash((await people.contact(buyer))?.email ?? '')
}

async function sendCode(ctx: IdentityContext, email: string, code: string, locale: string): Promise<void> {
  const { clock, ids, from, domain } = ctx
  await ctx.sendMail({
    ...codeLetter(code, locale),
    from,
    to: { name: '', address: email },
    messageId: `${ids.uuid()}@${domain}`,
    date: new Date(clock.now()),
    attachments: [],
  })
}

function wrongCode(): Refusal {
  return refuse('wrong_code', 'This code is wrong, used or too old. Ask for a new one.')
}

function slowDown(seconds: number): Refusal {
  return refuse('rate_limited', 'This address asks too often.', { retryAfterSeconds: seconds })
}
