import { isLive, isStale, isTrading, type OpenSession, type OpenSessions } from '@/shared/sessions/open'

export type Group = 'stale' | 'active' | 'created' | 'failed'

export const TITLES: Record<Group, string> = {
  stale: 'Stale scrapers',
  active: 'Active scrapers',
  created: 'Not started',
  failed: 'Failed',
}

/** What needs a look first comes first, as on the other list. */
export const ORDER: readonly Group[] = ['active', 'stale', 'created', 'failed']

/** Sessions that collect data, the newest last, so that those there are stay where they are. */
export function scrapers(open: OpenSessions): OpenSession[] {
  return [...open.values()]
    .filter((session) => !isTrading(session.type))
    .sort((one, other) => one.created_at - other.created_at || one.id.localeCompare(other.id))
}

export function groupOf(session: OpenSession, stale: ReadonlySet<string>): Group {
  if (session.status === 'created' || session.status === 'failed') return session.status
  return stale.has(session.id) ? 'stale' : 'active'
}

/** Ids of those that are silent for too long, as one text that can be compared. */
export function staleIds(sessions: readonly OpenSession[], now: number, seconds: number): string {
  return sessions
    .filter((session) => isStale(session, now, seconds))
    .map((session) => session.id)
    .join(' ')
}

/** Markets of an exchange that somebody scrapes already. */
export function scraped(sessions: readonly OpenSession[], exchange: string): ReadonlySet<string> {
  return new Set(
    sessions.filter((one) => one.exchange === exchange && isLive(one)).map((session) => session.market),
  )
}
