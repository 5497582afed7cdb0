import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { keys } from '@/shared/api/queries'
import { protocols, socketUrl } from '@/shared/api/token'
import type { EventStreamMessage } from '@/shared/api/types'
import type { OpenSessions } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'
import { apply } from './apply'
import { Connection, type ConnectionState } from './Connection'

/** Messages are applied together: a thousand sessions send a hundred heartbeats a second. */
const BATCH_MS = 250

interface Live {
  state: ConnectionState
  retry: () => void
}

const LiveContext = createContext<Live>({ state: 'connecting', retry: () => undefined })

/** Whether the page is fed at this moment, and what tries again. */
export function useLive(): Live {
  return use(LiveContext)
}

/** Holds the one event stream of the page and keeps the query cache up to date from it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const notify = useNotify()
  const [state, setState] = useState<ConnectionState>('connecting')
  const connection = useRef<Connection<EventStreamMessage>>(null)

  useEffect(() => {
    let waiting: EventStreamMessage[] = []
    let timer: number | undefined
    const flush = () => {
      timer = undefined
      const batch = waiting
      waiting = []
      const { failed } = apply(client, batch)
      for (const [id, reason] of failed) {
        const name = client.getQueryData<OpenSessions>(keys.open)?.get(id)?.name ?? 'A session'
        notify(`${name} failed${reason ? `: ${reason}` : ''}`, 'error')
      }
    }
    const made = new Connection<EventStreamMessage>({
      url: (offset) => socketUrl(`/events/stream${offset === null ? '' : `?after=${offset}`}`),
      protocols,
      onState: setState,
      onMessage: (message) => {
        waiting.push(message)
        timer ??= window.setTimeout(flush, BATCH_MS)
      },
      // Heartbeats are not told again, so everything that is shown is asked for.
      onReconnect: () => void client.invalidateQueries(),
    })
    made.open()
    connection.current = made
    return () => {
      window.clearTimeout(timer)
      made.close()
    }
  }, [client, notify])

  const retry = useCallback(() => connection.current?.retryNow(), [])
  const live = useMemo(() => ({ state, retry }), [state, retry])
  return <LiveContext value={live}>{children}</LiveContext>
}
