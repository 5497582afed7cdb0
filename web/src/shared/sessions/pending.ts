import type { Session, SessionDetail, Status } from '@/shared/api/types'

export type Action = 'start' | 'stop' | 'pause' | 'resume' | 'restart'
export type Asked = Action | 'delete'

/** What a session is once an action has done its work; null where it is gone. */
const RESULT: Record<Asked, Status | null> = {
  start: 'running',
  stop: 'stopped',
  pause: 'paused',
  resume: 'running',
  restart: 'running',
  delete: null,
}

/** An action that the API has not answered yet, and what is known of its session in truth. */
interface Pending {
  action: Asked
  since: number
  session: Session | undefined
  detail: SessionDetail | undefined
}

// What is told of a session while it is asked for something must not make its row jump to and fro: it is kept here,
// for the case that the API refuses, and shown as it will be.
const pending = new Map<string, Pending>()

/** What was asked of a session and not answered yet. */
export function askedOf(id: string): Asked | undefined {
  return pending.get(id)?.action
}

export function markAsked(
  id: string,
  action: Asked,
  truth: { session: Session | undefined; detail: SessionDetail | undefined },
): void {
  pending.set(id, { action, since: Date.now(), ...truth })
}

/** Ends the waiting; answers what is known in truth. */
export function settle(id: string): Pick<Pending, 'session' | 'detail'> | undefined {
  const entry = pending.get(id)
  pending.delete(id)
  return entry
}

/** Keeps what the API told meanwhile, as it is what to go back to. */
export function keepTruth(session: Session, detail?: SessionDetail): void {
  const entry = pending.get(session.id)
  if (!entry) return
  entry.session = session
  if (detail) entry.detail = detail
}

/** A session as it is shown: as it will be after what was asked of it; null where it will be gone. */
export function foreseen<S extends Session>(session: S): S | null {
  const entry = pending.get(session.id)
  if (!entry) return session
  const status = RESULT[entry.action]
  if (status === null) return null
  const launched = entry.action === 'start' || entry.action === 'restart'
  return {
    ...session,
    status,
    allowed: [],
    pending: entry.action,
    ...(launched
      ? { started_at: Math.floor(entry.since / 1000), stopped_at: null, is_stale: false, heardAt: null }
      : {}),
  }
}
