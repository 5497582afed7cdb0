import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'

/** All figures of a session. Not below the key that each trade invalidates: see useFollow. */
export const metricsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.session(id), 'figures'] as const,
    queryFn: ({ signal }) => unwrap(api.GET('/sessions/{id}/metrics', { params: { path: { id } }, signal })),
  })
