import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './queries'
import type { Market } from './types'

const PAGE = 200

/** All markets of an exchange: the documented ones first, then what it lists. */
export const marketsQuery = (exchange: string) =>
  queryOptions({
    queryKey: keys.markets(exchange),
    queryFn: async ({ signal }): Promise<Market[]> => {
      const first = await page(exchange, 0, signal)
      const offsets = Array.from(
        { length: Math.ceil(first.total / PAGE) - 1 },
        (_, index) => (index + 1) * PAGE,
      )
      const others = await Promise.all(offsets.map((offset) => page(exchange, offset, signal)))
      return [first, ...others].flatMap((one) => one.markets)
    },
    enabled: exchange !== '',
    staleTime: 30_000,
  })

async function page(exchange: string, offset: number, signal: AbortSignal) {
  return unwrap(api.GET('/markets', { params: { query: { exchange, limit: PAGE, offset } }, signal }))
}

/** What is recorded of a market, day by day, and the gaps in it. */
export const coverageQuery = (exchange: string, market: string) =>
  queryOptions({
    queryKey: keys.coverage(exchange, market),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/markets/{market}/coverage', { params: { path: { market }, query: { exchange } }, signal }),
      ),
    enabled: exchange !== '' && market !== '',
    staleTime: 30_000,
  })
