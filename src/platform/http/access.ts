import { refuse, type Refusal } from '../../shared/errors.ts'

/** How a caller proved who they are. `kind` and `roles` are the product's words; this layer only compares them. */
export type Caller = {
  kind: 'buyer' | 'staff'
  /** UUID of the buyer or of the staff member. */
  id: string
  roles: readonly string[]
  /** Of staff: the organiser whose things they work on; undefined: the whole house. */
  organiserId?: string
  /** Keyed hash of a verified contact, where there is one. */
  contactHash?: string
  /** Of a session that can be ended before its time: the generation in which it began. */
  sessionGeneration?: number
}

/**
 * Staff who have one of the roles at the organiser whom the call is about. That is the organiser of what the address
 * names (`/v1/operator/events/:event_id/…`), found before the handler runs, unless `of` says otherwise:
 * - `house`: only staff of the whole house
 * - `own`: the address names nothing of an organiser's; the handler keeps to `caller.organiserId` (`mayAt` helps)
 */
export type StaffAccess = {
  staff: readonly string[]
  of?: 'house' | 'own'
  /** Set by `withOrganisers`, not by routes. Null: there is no such thing. */
  organiserOf?: (params: never) => Promise<string | null>
}

/**
 * Who may call: everybody, a buyer, whoever has a good token (`caller`: the handler looks which things are theirs), or
 * staff.
 */
export type Access = 'public' | 'buyer' | 'caller' | StaffAccess

/** In the contract's order: 401, 404 (also for what is another organiser's), 403. */
export function mayCall(
  access: Access,
  caller: Caller | null,
  params: unknown,
): Refusal | null | Promise<Refusal | null> {
  if (access === 'public') return null
  if (!caller) return refuse('unauthorized', 'Send a valid token as "Authorization: Bearer <token>".')
  if (access === 'caller') return null
  if (access === 'buyer') {
    return caller.kind === 'buyer' ? null : refuse('forbidden', 'Only a buyer may do that.')
  }
  const { staff, of, organiserOf } = access
  // A buyer is told so whether or not the thing exists.
  if (caller.kind === 'staff' && organiserOf) {
    return organiserOf(params as never).then((organiserId) => mayAt(caller, staff, organiserId))
  }
  if (of === 'house' && caller.organiserId !== undefined) {
    return refuse('forbidden', 'Only staff of the whole house may do that.')
  }
  return hasRole(caller, staff)
}

/**
 * Whether the caller may do, with one of these roles, something to what belongs to that organiser; null: they may.
 * `organiserId` null: there is no such thing.
 */
export function mayAt(caller: Caller, roles: readonly string[], organiserId: string | null): Refusal | null {
  const theirs = caller.organiserId === undefined || caller.organiserId === organiserId
  if (caller.kind === 'staff' && (organiserId === null || !theirs)) {
    return refuse('not_found', 'There is no such thing, or it is another organiser’s.')
  }
  return hasRole(caller, roles)
}

/** Null where the caller is staff with one of these roles. */
export function hasRole(caller: Caller, roles: readonly string[]): Refusal | null {
  return caller.kind === 'staff' && roles.some((role) => caller.roles.includes(role))
    ? null
    : refuse('forbidden', `Only staff with the role ${roles.join(' or ')} may do that.`)
}
