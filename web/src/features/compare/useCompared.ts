import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import { metricsQuery, sessionQuery } from '@/shared/api/queries'
import type { SessionDetail } from '@/shared/api/types'
import { equityQuery, type EquitySeries } from '@/shared/charts/equity'
import type { Subject } from './rows'

const POINTS = 800

export interface Compared {
  id: string
  session: SessionDetail | undefined
  subject: Subject | undefined
  series: EquitySeries | undefined
  error: Error | null
  retry: () => void
}

/** The sessions with their figures and curves, each as soon as it is there. */
export function useCompared(ids: readonly string[]): Compared[] {
  const sessions = useQueries({ queries: ids.map((id) => sessionQuery(id)) })
  const metrics = useQueries({ queries: ids.map((id) => metricsQuery(id)) })
  const curves = useQueries({ queries: ids.map((id) => equityQuery(id, POINTS)) })
  return ids.map((id, index) => {
    const [about, figures, curve] = [sessions[index], metrics[index], curves[index]]
    const session = about?.data
    const points = curve?.data
    return {
      id,
      session,
      subject: session && figures?.data && { session, metrics: figures.data.metrics },
      series: session &&
        points && {
          name: session.name,
          points: points.equity,
          settle: points.settle ?? '',
          start: points.starting_balance,
        },
      error: firstError([about, figures, curve]),
      retry: () => {
        for (const query of [about, figures, curve]) if (query?.error) void query.refetch()
      },
    }
  })
}

function firstError(queries: readonly (UseQueryResult | undefined)[]): Error | null {
  return queries.find((query) => query?.error)?.error ?? null
}
