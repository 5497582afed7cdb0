import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import type { Trade, TradesQuery } from '@/shared/api/types'
import { isNewestFirst, questionOf, type Filter } from './filter'

const PAGE = 200
/** Trades that the chart marks at once. */
export const MARKED = 2000

interface Page {
  trades: Trade[]
  total: number
}

async function pageOf(id: string, query: TradesQuery, signal: AbortSignal): Promise<Page> {
  const answer = await unwrap(api.GET('/sessions/{id}/trades', { params: { path: { id }, query }, signal }))
  // Only a download answers with the trades alone.
  if (typeof answer !== 'object' || Array.isArray(answer)) throw new Error('The API answered with a file.')
  return answer
}

/**
 * One page of trades. Where the newest come first a new one appears at the top by itself; other pages stay as they
 * are while they are read, since everything on them would move.
 */
export const tradesQuery = (id: string, filter: Filter) =>
  queryOptions({
    queryKey: isNewestFirst(filter)
      ? keys.of(id, 'trades', filter)
      : ([...keys.session(id), 'page of trades', filter] as const),
    queryFn: ({ signal }) => pageOf(id, questionOf(filter), signal),
    placeholderData: keepPreviousData,
  })

/** Trades between two times, or all, for the chart: the last ones where there are too many. */
export const markedQuery = (id: string, range: { start: number; end: number } | null) =>
  queryOptions({
    queryKey: keys.of(id, 'trades', { marked: range }),
    queryFn: async ({ signal }): Promise<Page> => {
      const query = { ...range, sort: 'exit_time:desc', limit: PAGE } satisfies TradesQuery
      const first = await pageOf(id, query, signal)
      const pages = Math.ceil(Math.min(first.total, MARKED) / PAGE)
      const others = await Promise.all(
        Array.from({ length: Math.max(0, pages - 1) }, (_, index) =>
          pageOf(id, { ...query, offset: (index + 1) * PAGE }, signal),
        ),
      )
      return { trades: [first, ...others].flatMap(({ trades }) => trades), total: first.total }
    },
    placeholderData: keepPreviousData,
  })

/** When the newest trade closed at the time the tab was opened: what closes later is new. */
export const newestQuery = (id: string, opened: number) =>
  queryOptions({
    queryKey: [...keys.session(id), 'newest trade', opened] as const,
    queryFn: async ({ signal }) => {
      const { trades } = await pageOf(id, { sort: 'exit_time:desc', limit: 1 }, signal)
      return trades[0]?.exit_time ?? 0
    },
    staleTime: Infinity,
    gcTime: 0,
  })
