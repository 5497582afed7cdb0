import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { aboutQuery } from '@/shared/api/queries'
import { useFromNow } from '@/shared/live/clock'
import { isStale, type OpenSession } from '@/shared/sessions/open'

const USUAL_SECONDS = 30

/** Which sessions are silent for too long. Looked at each second; what uses it is rendered when that changes. */
export function useStale(sessions: readonly OpenSession[]): {
  stale: ReadonlySet<string>
  staleSeconds: number
} {
  const { data: about } = useQuery(aboutQuery)
  const staleSeconds = about?.stale_seconds ?? USUAL_SECONDS
  const ids = useFromNow((now) =>
    sessions
      .filter((session) => isStale(session, now, staleSeconds))
      .map((session) => session.id)
      .join(' '),
  )
  const stale = useMemo(() => new Set(ids === '' ? [] : ids.split(' ')), [ids])
  return { stale, staleSeconds }
}
