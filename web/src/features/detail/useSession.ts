import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/shared/api/queries'
import type { SessionDetail } from '@/shared/api/types'
import type { OpenSession } from '@/shared/sessions/open'

/** The panel's session; `heardAt` is its last sign of life by this browser's clock. */
export type Shown = SessionDetail & Pick<OpenSession, 'heardAt'>

/** The session, kept up to date by the event stream. */
export function useSession(id: string) {
  const { data, dataUpdatedAt, error, refetch } = useQuery(sessionQuery(id))
  return { session: data && heard(data, dataUpdatedAt), error, refetch }
}

/** Adds when it was heard, unless what the event stream told is there already. */
export function heard(session: SessionDetail, receivedAt: number): Shown {
  if ('heardAt' in session) return session as Shown
  const silent = session.last_updated == null ? null : session.seconds_since_update
  return { ...session, heardAt: silent == null ? null : receivedAt - silent * 1000 }
}
