import { useQuery } from '@tanstack/react-query'
import { aboutQuery, strategiesQuery } from '@/shared/api/queries'
import type { Strategy } from '@/shared/api/types'

export type References =
  | { ready: true; strategies: readonly Strategy[]; settingsSchema: unknown }
  | { ready: false; error: Error | null; retry: () => void }

/** What every form needs before it can be drawn. */
export function useReferences(): References {
  const about = useQuery(aboutQuery)
  const strategies = useQuery(strategiesQuery)
  if (about.data && strategies.data)
    return { ready: true, strategies: strategies.data, settingsSchema: about.data.settings_schema }
  const retry = () => {
    if (!about.data) void about.refetch()
    if (!strategies.data) void strategies.refetch()
  }
  return { ready: false, error: about.error ?? strategies.error, retry }
}
