import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import type { CandlesQuery, Candle, Trade } from '@/shared/api/types'
import { stampOf } from '../../stampOf'
import { useFollow } from '../../useFollow'
import type { Shown } from '../../useSession'
import { partOf, secondsOf } from './marks'

const POINTS = 1500
/** Candles around a trade where the whole session's are too coarse for it. */
const AROUND = 200
/** A trade is seen on so many candles at least. */
const CLEAR = 3
const NO_CANDLES: readonly Candle[] = []

const candlesQuery = (id: string, query: CandlesQuery) =>
  queryOptions({
    queryKey: keys.of(id, 'candles', query),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/sessions/{id}/candles', { params: { path: { id }, query }, signal })),
    placeholderData: keepPreviousData,
  })

/**
 * Candles of the whole session; those around the trade alone where it could not be seen on the others. `place` tells
 * which of both, so that the view is fitted anew when it changes.
 */
export function useSessionCandles(
  session: Shown,
  market: string,
  timeframe: NonNullable<CandlesQuery['timeframe']> | null,
  trade: Trade | null,
) {
  const { id } = session
  const whole = useMemo(
    () => candlesQuery(id, { market, points: POINTS, ...(timeframe && { timeframe }) }),
    [id, market, timeframe],
  )
  const all = useQuery(whole)
  useFollow(whole.queryKey, stampOf(session))
  const own = secondsOf(session.settings.timeframe)
  const step = all.data ? secondsOf(all.data.timeframe) * all.data.merged : own
  const part = trade && partOf(trade, market)
  const coarse = part !== null && step > own && part.exit_time - part.entry_time < CLEAR * step
  const close = useQuery({
    ...candlesQuery(id, {
      market,
      points: POINTS,
      start: Math.max(0, Math.floor((part?.entry_time ?? 0) - AROUND * own)),
      end: Math.ceil((part?.exit_time ?? 0) + AROUND * own),
    }),
    enabled: coarse,
  })
  const shown = coarse && close.data ? close : all
  const data = shown.data?.market === market ? shown.data : undefined
  return {
    candles: data?.candles ?? NO_CANDLES,
    timeframe: data?.timeframe,
    reason: data?.complete === false ? data.reason : null,
    place: [market, timeframe, coarse ? trade?.id : 'all'].join(' '),
    isLoading: !data && !shown.error,
    error: shown.error,
    retry: () => void shown.refetch(),
  }
}
