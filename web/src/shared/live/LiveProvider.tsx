import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { keys } from '@/shared/api/queries'
import { protocols, socketUrl } from '@/shared/api/token'
import type { EventStreamMessage, SessionDetail } from '@/shared/api/types'
import type { OpenSessions } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'
import { apply } from './apply'
import { catchUp } from './catchUp'
import { Connection, CONNECTING, type Standing } from './Connection'
import { failures } from './messages'

/** Messages are applied together: a thousand sessions send a hundred heartbeats a second. */
const BATCH_MS = 250
/** After a longer loss nothing is resumed: everything is asked for anyway, and the tale of hours helps nobody. */
const RESUMED_MS = 5 * 60_000
interface Live extends Standing {
  retry: () => void
}

const LiveContext = createContext<Live>({ ...CONNECTING, retry: () => undefined })

/** Whether the page is fed at this moment, and what tries again. */
export function useLive(): Live {
  return use(LiveContext)
}

/** Holds the one event stream of the page and keeps the query cache up to date from it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const notify = useNotify()
  const [standing, setStanding] = useState(CONNECTING)
  const connection = useRef<Connection<EventStreamMessage>>(null)

  useEffect(() => {
    let waiting: EventStreamMessage[] = []
    let timer: number | undefined
    let lostAt: number | null = null
    let wasLost = false
    const flush = () => {
      timer = undefined
      const batch = waiting
      waiting = []
      const names = namesOf(client)
      const { failed } = apply(client, batch)
      for (const text of failures(failed, names)) notify(text, 'error')
    }
    const made = new Connection<EventStreamMessage>({
      url: (offset) => {
        const resumed = offset !== null && Date.now() - (lostAt ?? 0) < RESUMED_MS
        return socketUrl(`/events/stream${resumed ? `?after=${offset}` : ''}`)
      },
      protocols,
      onStanding: (now) => {
        wasLost ||= now.state === 'lost'
        lostAt = now.state === 'open' ? null : (lostAt ?? Date.now())
        setStanding(now)
      },
      onMessage: (message) => {
        waiting.push(message)
        timer ??= window.setTimeout(flush, BATCH_MS)
      },
      // Heartbeats are not told again, so after a loss everything that is shown is asked for.
      onOpen: () => {
        catchUp(client, { all: wasLost })
        wasLost = false
      },
    })
    made.open()
    connection.current = made
    return () => {
      window.clearTimeout(timer)
      made.close()
    }
  }, [client, notify])

  const retry = useCallback(() => connection.current?.retryNow(), [])
  const live = useMemo(() => ({ ...standing, retry }), [standing, retry])
  return <LiveContext value={live}>{children}</LiveContext>
}

/** Looks names up where they are known; taken before a batch is applied, after which a session may be gone. */
function namesOf(client: QueryClient): (id: string) => string {
  const open = client.getQueryData<OpenSessions>(keys.open)
  return (id) =>
    open?.get(id)?.name ?? client.getQueryData<SessionDetail>(keys.detail(id))?.name ?? 'A session'
}
