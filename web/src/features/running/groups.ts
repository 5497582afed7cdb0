import { isLive, isTrading, type OpenSession, type OpenSessions } from '@/shared/sessions/open'

export const GROUPS = ['running', 'stale', 'paused', 'created', 'failed'] as const
export type Group = (typeof GROUPS)[number]

/** What a group is called: in its head, and in lower case within sentences. */
export const TITLES: Record<Group, string> = {
  running: 'Running sessions',
  stale: 'Stale sessions',
  paused: 'Paused',
  created: 'Pending / created',
  failed: 'Failed in the last 24 hours',
}

export interface Head {
  kind: 'head'
  key: string
  group: Group
  sessions: readonly OpenSession[]
}

export interface RowItem {
  kind: 'row'
  key: string
  group: Group
  session: OpenSession
  /** Its place in the group, from 1. */
  place: number
  size: number
}

/** A line of the list: heads of groups and sessions in one row after the other, as it is scrolled. */
export type Line = Head | RowItem

export function groupOf(session: OpenSession, stale: ReadonlySet<string>): Group {
  if (session.status === 'created' || session.status === 'failed') return session.status
  if (stale.has(session.id)) return 'stale'
  return session.status === 'paused' ? 'paused' : 'running'
}

/** The sessions that this page is about: scrapers have their own. */
export function trading(open: OpenSessions): OpenSession[] {
  return [...open.values()].filter((session) => isTrading(session.type))
}

/** Sessions in their groups, the newest of each first. */
export function linesOf(sessions: readonly OpenSession[], stale: ReadonlySet<string>): Line[] {
  const members: Record<Group, OpenSession[]> = {
    running: [],
    stale: [],
    paused: [],
    created: [],
    failed: [],
  }
  for (const session of sessions) members[groupOf(session, stale)].push(session)
  return GROUPS.flatMap((group): Line[] => {
    const sorted = members[group].sort(newestFirst)
    if (sorted.length === 0) return []
    const rows = sorted.map((session, index): RowItem => {
      return { kind: 'row', key: session.id, group, session, place: index + 1, size: sorted.length }
    })
    return [{ kind: 'head', key: `head-${group}`, group, sessions: sorted }, ...rows]
  })
}

/** By what does not change while a session stays in its group, so that rows keep their places; ids grow with time. */
function newestFirst(one: OpenSession, other: OpenSession): number {
  return since(other) - since(one) || (one.id < other.id ? 1 : -1)
}

function since(session: OpenSession): number {
  if (session.status === 'failed') return session.stopped_at ?? 0
  return isLive(session) ? (session.started_at ?? 0) : session.created_at
}
