import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError } from '@/shared/api/errors'
import { keys, sessionQuery } from '@/shared/api/queries'
import type { SessionDetail } from '@/shared/api/types'
import type { OpenSession } from '@/shared/sessions/open'

/** The panel's session; `heardAt` is its last sign of life by this browser's clock. */
export type Shown = SessionDetail & Pick<OpenSession, 'heardAt'>

/** The session, kept up to date by the event stream. One that is deleted, here or elsewhere, is there no more. */
export function useSession(id: string) {
  const gone = useGone(id)
  const { data, dataUpdatedAt, error, refetch } = useQuery({ ...sessionQuery(id), enabled: !gone })
  if (gone)
    return { session: undefined, error: new ApiError('The session was deleted.', 404, 'not_found'), refetch }
  return { session: data && heard(data, dataUpdatedAt), error, refetch }
}

/** Whether the session was forgotten while it was shown: what is on the screen is never dropped otherwise. */
function useGone(id: string): boolean {
  const cache = useQueryClient().getQueryCache()
  const [gone, setGone] = useState<string | null>(null)
  useEffect(() => {
    const hash = hashKey(keys.detail(id))
    return cache.subscribe(({ type, query }) => {
      if (type === 'removed' && query.queryHash === hash) setGone(id)
    })
  }, [cache, id])
  return gone === id
}

/** Adds when it was heard, unless what the event stream told is there already. */
export function heard(session: SessionDetail, receivedAt: number): Shown {
  if ('heardAt' in session) return session as Shown
  const silent = session.last_updated == null ? null : session.seconds_since_update
  return { ...session, heardAt: silent == null ? null : receivedAt - silent * 1000 }
}
