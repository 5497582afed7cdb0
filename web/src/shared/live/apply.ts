import type { QueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import type { EventStreamMessage, SessionDetail } from '@/shared/api/types'
import { forget } from '@/shared/sessions/actions'
import { changeOpen, putSession } from '@/shared/sessions/open'
import { askAgain } from './catchUp'
import { afterBeat, digest, type Digest } from './messages'

const ONE_BY_ONE = 20

/** Brings a batch of messages into the query cache. */
export function apply(client: QueryClient, messages: readonly EventStreamMessage[]): Digest {
  const found = digest(messages)
  applyBeats(client, found)
  for (const id of found.deleted) forget(client, id)
  for (const id of found.traded) refreshResults(client, id)
  refresh(client, found.changed)
  return found
}

function applyBeats(client: QueryClient, { beats }: Digest): void {
  if (beats.size === 0) return
  const now = Date.now()
  changeOpen(client, (open) => {
    for (const [id, beat] of beats) {
      const session = open.get(id)
      if (session) open.set(id, afterBeat(session, beat, now))
    }
  })
  for (const [id, beat] of beats) {
    client.setQueryData<SessionDetail>(keys.detail(id), (session) => session && afterBeat(session, beat, now))
  }
}

/** Asks again for sessions to which something happened: singly where they are few. */
function refresh(client: QueryClient, ids: ReadonlySet<string>): void {
  if (ids.size === 0) return
  void client.invalidateQueries({ queryKey: keys.history })
  if (ids.size > ONE_BY_ONE) {
    askAgain(client, keys.open)
    for (const id of ids) void client.invalidateQueries({ queryKey: keys.session(id) })
    return
  }
  for (const id of ids) {
    void client.invalidateQueries({ queryKey: keys.of(id, 'events').slice(0, 3) })
    void refreshOne(client, id)
  }
  // A list that is on its way may have been read before this happened.
  if (client.isFetching({ queryKey: keys.open }) > 0) askAgain(client, keys.open)
}

/** The latest request for each session: of two answers the one that was asked for last is the true one. */
const asked = new Map<string, symbol>()

async function refreshOne(client: QueryClient, id: string): Promise<void> {
  const mine = Symbol(id)
  asked.set(id, mine)
  try {
    const { session } = await unwrap(api.GET('/sessions/{id}', { params: { path: { id } } }))
    if (asked.get(id) === mine) putSession(client, session)
  } catch {
    askAgain(client, keys.open)
  } finally {
    if (asked.get(id) === mine) asked.delete(id)
  }
}

function refreshResults(client: QueryClient, id: string): void {
  for (const what of ['trades', 'equity', 'metrics', 'events'] as const) {
    void client.invalidateQueries({ queryKey: keys.of(id, what).slice(0, 3) })
  }
}
