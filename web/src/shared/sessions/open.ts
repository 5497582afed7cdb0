import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import type { Session, SessionDetail, SessionType, Status } from '@/shared/api/types'
import { foreseen, keepTruth, type Asked } from './pending'

/** A session as the pages keep it: its last sign of life counted by this browser's own clock. */
export interface OpenSession extends Session {
  /** Milliseconds of the browser's clock; null before the first heartbeat. */
  heardAt: number | null
  /** What was asked of it and not answered yet: it is shown as it will be. */
  pending?: Asked
}

/** Sessions that somebody may still have to do with, by id: not ended ones, and those that failed lately. */
export type OpenSessions = ReadonlyMap<string, OpenSession>

const OPEN: readonly Status[] = ['created', 'running', 'paused']
const PAGE = 200
const LATELY_SECONDS = 86_400

export const openQuery = queryOptions({
  queryKey: keys.open,
  queryFn: async ({ signal }): Promise<OpenSessions> => {
    const [open, failed] = await Promise.all([
      everyPage({ status: OPEN.join(',') }, signal),
      onePage({ status: 'failed', sort: 'stopped_at:desc' }, 0, signal),
    ])
    const now = Date.now()
    const all = new Map<string, OpenSession>()
    for (const session of [...open, ...failed.sessions]) place(all, received(session, now), now)
    return all
  },
  structuralSharing: false,
  staleTime: 60_000,
})

/** Whether a session belongs among the open ones. */
export function isOpen(session: Session, now: number): boolean {
  if (session.status !== 'failed') return OPEN.includes(session.status)
  return now / 1000 - (session.stopped_at ?? 0) < LATELY_SECONDS
}

/** Whether its process should be alive. */
export function isLive(session: Session): boolean {
  return session.status === 'running' || session.status === 'paused'
}

/** Whether a live session has been silent for too long. */
export function isStale(session: OpenSession, now: number, staleSeconds: number): boolean {
  if (!isLive(session) || session.pending) return false
  const heard = session.heardAt ?? (session.started_at ?? 0) * 1000
  return now - heard > staleSeconds * 1000
}

/** Whether it trades (live or in the past); the others collect data. */
export function isTrading(type: SessionType): boolean {
  return type !== 'scraper'
}

/** A session as it came from the API at `now`. */
export function received<S extends Session>(session: S, now: number): S & { heardAt: number | null } {
  const silent = session.last_updated == null ? null : session.seconds_since_update
  return { ...session, heardAt: silent == null ? null : now - silent * 1000 }
}

/** Puts what the API told of a session everywhere it is shown. */
export function putSession(client: QueryClient, session: SessionDetail): void {
  const now = Date.now()
  const known = received(session, now)
  keepTruth(known, known)
  const shown = foreseen(known)
  if (shown) client.setQueryData(keys.detail(session.id), shown)
  changeOpen(client, (open) => place(open, known, now))
}

/** Puts a session among the open ones as it is to be shown, or takes it out. */
export function place(open: Map<string, OpenSession>, session: OpenSession, now: number): void {
  keepTruth(session)
  const shown = foreseen(session)
  if (shown && isOpen(shown, now)) open.set(session.id, shown)
  else open.delete(session.id)
}

/** Changes the open sessions in one go; nothing happens where they were not loaded yet. */
export function changeOpen(client: QueryClient, change: (open: Map<string, OpenSession>) => void): void {
  client.setQueryData<OpenSessions>(keys.open, (former) => {
    if (!former) return undefined
    const changed = new Map(former)
    change(changed)
    return changed
  })
}

type Filter = { status: string; sort?: string }

async function onePage(filter: Filter, offset: number, signal: AbortSignal) {
  return unwrap(api.GET('/sessions', { params: { query: { ...filter, limit: PAGE, offset } }, signal }))
}

async function everyPage(filter: Filter, signal: AbortSignal): Promise<Session[]> {
  const first = await onePage(filter, 0, signal)
  const offsets = Array.from({ length: Math.ceil(first.total / PAGE) - 1 }, (_, index) => (index + 1) * PAGE)
  const others = await Promise.all(offsets.map((offset) => onePage(filter, offset, signal)))
  return [first, ...others].flatMap((page) => page.sessions)
}
