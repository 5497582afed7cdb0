import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** Keys of the query cache. All that belongs to one session lies below `session(id)`. */
export const keys = {
  open: ['open'] as const,
  history: ['history'] as const,
  session: (id: string) => ['session', id] as const,
  detail: (id: string) => ['session', id, 'detail'] as const,
  of: (id: string, what: 'trades' | 'equity' | 'metrics' | 'candles' | 'events', params: object = {}) =>
    ['session', id, what, params] as const,
  markets: (exchange: string) => ['markets', exchange] as const,
  coverage: (exchange: string, market: string) => ['coverage', exchange, market] as const,
}

const REFERENCE = { staleTime: 5 * 60_000 }

/** One session with all that is known of it. */
export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.detail(id),
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/sessions/{id}', { params: { path: { id } }, signal }))).session,
  })

/** All figures of a session. They are not below the key that each trade invalidates: a session may trade fast. */
export const metricsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.session(id), 'figures'] as const,
    queryFn: ({ signal }) => unwrap(api.GET('/sessions/{id}/metrics', { params: { path: { id } }, signal })),
  })

/** What this installation is: version, exchanges, limits. */
export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => unwrap(api.GET('/about', { signal })),
  ...REFERENCE,
})

/** All strategies, those that do not load among them. */
export const strategiesQuery = queryOptions({
  queryKey: ['strategies'],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET('/strategies', { params: { query: { limit: 200 } }, signal }))).strategies,
  staleTime: 30_000,
})

/** Names, units and meanings of the figures, in their groups. */
export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => unwrap(api.GET('/metrics/catalogue', { signal })),
  ...REFERENCE,
})

/** Whether database, supervisor and zygote answer; an error of status 0 means that the API does not. */
export const readyQuery = queryOptions({
  queryKey: ['ready'],
  queryFn: ({ signal }) => unwrap(api.GET('/readyz', { signal })),
  refetchInterval: (query) => (query.state.status === 'error' ? 2_000 : 10_000),
  retry: false,
})
