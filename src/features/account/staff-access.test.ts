import { describe, expect, test } from 'bun:test'
import { mayAt, mayCall, type Caller } from '../../platform/http/access.ts'
import { route, type Access, type Route } from '../../platform/http/route.ts'
import { isRefusal } from '../../shared/errors.ts'
import { organiserFor, withOrganisers } from './staff-access.ts'

const OWNERS: Record<string, string> = { '1': 'opera', '2': 'cinema' }
const finders = { event_id: (id: string) => Promise.resolve(OWNERS[id] ?? null) }

const staff = (roles: string[], organiserId?: string): Caller => ({
  ...{ kind: 'staff', id: 'somebody', roles },
  ...(organiserId !== undefined && { organiserId }),
})
const BUYER: Caller = { kind: 'buyer', id: 'a buyer', roles: [] }

const make = (path: string, access: Access): Route =>
  route({
    ...{ method: 'POST', path, summary: '', tag: '', access, answers: {}, errors: [] },
    handle: () => ({ status: 204 }),
  })

async function asked(caller: Caller | null, eventId: string): Promise<string> {
  const [guarded] = withOrganisers([make('/v1/operator/events/:event_id', { staff: ['sales'] })], finders)
  const refused = await mayCall(guarded!.access, caller, { event_id: eventId })
  return refused?.refused ?? 'let in'
}

describe('a call about an event', () => {
  test.each([
    { who: 'nobody', caller: null, event: '1', answer: 'unauthorized' },
    { who: 'a buyer', caller: BUYER, event: '1', answer: 'forbidden' },
    { who: 'a buyer', caller: BUYER, event: '9', answer: 'forbidden' },
    { who: 'sales of its organiser', caller: staff(['sales'], 'opera'), event: '1', answer: 'let in' },
    { who: 'sales of the house', caller: staff(['sales']), event: '1', answer: 'let in' },
    { who: 'sales of the house', caller: staff(['sales']), event: '9', answer: 'not_found' },
    { who: 'sales of another organiser', caller: staff(['sales'], 'opera'), event: '2', answer: 'not_found' },
    {
      who: 'a scanner of its organiser',
      caller: staff(['scanner'], 'opera'),
      event: '1',
      answer: 'forbidden',
    },
    {
      who: 'a scanner of another organiser',
      caller: staff(['scanner'], 'opera'),
      event: '2',
      answer: 'not_found',
    },
    { who: 'a scanner of the house', caller: staff(['scanner']), event: '1', answer: 'forbidden' },
    { who: 'staff without their second factor', caller: staff([], 'opera'), event: '1', answer: 'forbidden' },
  ])('$who at event $event: $answer', async ({ caller, event, answer }) => {
    expect(await asked(caller, event)).toBe(answer)
  })
})

describe('a call that names nothing of an organiser', () => {
  test('must say so, or the house does not start', () => {
    expect(() => withOrganisers([make('/v1/operator/events', { staff: ['sales'] })], finders)).toThrow('`of`')
    expect(() =>
      withOrganisers([make('/v1/operator/sofas/:sofa_id', { staff: ['sales'] })], finders),
    ).toThrow('sofa_id')
  })

  test("is open to staff of an organiser where it is about their own, and closed where it is the house's", async () => {
    const [own, house] = withOrganisers(
      [
        make('/v1/operator/events', { staff: ['sales'], of: 'own' }),
        make('/v1/operator/switch', { staff: ['sales'], of: 'house' }),
      ],
      finders,
    )
    const [theirs, ours] = [staff(['sales'], 'opera'), staff(['sales'])]
    expect(await mayCall(own!.access, theirs, {})).toBeNull()
    expect(await mayCall(house!.access, ours, {})).toBeNull()
    expect((await mayCall(house!.access, theirs, {}))?.refused).toBe('forbidden')
  })

  test('makes things for their own organiser, never for another one', () => {
    const make = (caller: Caller, named?: string): string => {
      const found = organiserFor(caller, ['catalog'], { named, fallback: 'default' })
      return isRefusal(found) ? found.refused : found
    }
    expect(make(staff(['catalog'], 'opera'))).toBe('opera')
    expect(make(staff(['catalog'], 'opera'), 'opera')).toBe('opera')
    expect(make(staff(['catalog'], 'opera'), 'cinema')).toBe('not_found')
    expect(make(staff(['catalog']))).toBe('default')
    expect(make(staff(['catalog']), 'cinema')).toBe('cinema')
    expect(make(staff(['scanner'], 'opera'))).toBe('forbidden')
  })
})

test('a buyer is never staff, whatever their token says', () => {
  expect(
    mayAt({ ...BUYER, roles: ['admin', 'sales'], organiserId: 'opera' }, ['sales'], 'opera')?.refused,
  ).toBe('forbidden')
})
