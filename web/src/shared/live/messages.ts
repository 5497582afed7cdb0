import type { EventStreamMessage, SessionDetail } from '@/shared/api/types'
import type { OpenSession } from '@/shared/sessions/open'

type Heartbeat = Extract<EventStreamMessage, { type: 'heartbeat' }>

/** What a batch of messages asks for, each session named once. */
export interface Digest {
  /** The newest heartbeat of each session. */
  beats: Map<string, Heartbeat>
  /** Sessions to be asked for again, since something happened to them. */
  changed: Set<string>
  /** Sessions that closed a trade or wrote new figures. */
  traded: Set<string>
  deleted: Set<string>
  /** Those that failed in this batch, with what was told of it. */
  failed: Map<string, string>
}

const OF_RESULTS = new Set(['trade', 'metric_update'])

/** Sorts messages by what they ask for. */
export function digest(messages: readonly EventStreamMessage[]): Digest {
  const found: Digest = {
    beats: new Map(),
    changed: new Set(),
    traded: new Set(),
    deleted: new Set(),
    failed: new Map(),
  }
  for (const message of messages) {
    const id = message.session_id
    if (message.type === 'heartbeat') found.beats.set(id, message)
    else if (message.type === 'deleted') found.deleted.add(id)
    else if (OF_RESULTS.has(message.event_type)) found.traded.add(id)
    else found.changed.add(id)
    if (message.type === 'event' && message.event_type === 'failed')
      found.failed.set(id, reason(message.event_data))
  }
  for (const id of found.deleted) {
    for (const ids of [found.beats, found.changed, found.traded, found.failed]) ids.delete(id)
  }
  return found
}

/** A session after a heartbeat that arrived at `now`. */
export function afterBeat<S extends OpenSession | SessionDetail>(
  session: S,
  beat: Heartbeat,
  now: number,
): S {
  const { data } = beat
  if (typeof data.run === 'number' && data.run < session.run) return session
  const told: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    if (name in session && name !== 'run' && name !== 'pid') told[name] = value
  }
  return { ...session, ...told, last_updated: Math.floor(beat.timestamp), heardAt: now, is_stale: false }
}

function reason(data: Record<string, unknown>): string {
  for (const name of ['message', 'reason', 'error']) {
    if (typeof data[name] === 'string') return data[name]
  }
  return ''
}

/** So many failures at once are told one by one. */
const ONE_BY_ONE = 3

/** What to say of sessions that failed in one batch. */
export function failures(failed: ReadonlyMap<string, string>, nameOf: (id: string) => string): string[] {
  if (failed.size > ONE_BY_ONE) return [`${failed.size} sessions failed`]
  return [...failed].map(([id, reason]) => `${nameOf(id)} failed${reason ? `: ${reason}` : ''}`)
}
