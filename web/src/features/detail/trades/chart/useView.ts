import type { LogicalRange } from 'lightweight-charts'
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { Candle } from '@/shared/api/types'
import type { DrawnCandles } from '@/shared/charts/CandleChart'
import { candleAt, type Mark } from './marks'

const LEAST = 30

/**
 * What of the chart is seen: all of it at first, a trade when it is selected, and what somebody has moved it to when
 * candles are added.
 */
export function useView(
  drawn: DrawnCandles | null,
  candles: readonly Candle[],
  place: string,
  /** Changes whenever all of it is asked for again. */
  fits: number,
  mark: Mark | undefined,
): void {
  const kept = useRef<{ range: LogicalRange | null; place: string; fits: number; length: number } | null>(
    null,
  )
  const focused = useRef<string | null>(null)

  // Before CandleChart gives the chart its new candles: what was seen of the former ones.
  useLayoutEffect(() => {
    if (drawn && kept.current) kept.current.range = drawn.chart.timeScale().getVisibleLogicalRange()
  }, [drawn, candles])

  useEffect(() => {
    if (!drawn || candles.length === 0) return
    const scale = drawn.chart.timeScale()
    const former = kept.current
    kept.current = { range: null, place, fits, length: candles.length }
    if (former?.place !== place || former.fits !== fits) scale.fitContent()
    // Who looks at the newest candle follows it; who looks at others stays there.
    else if (former.range && former.range.to < former.length - 1) scale.setVisibleLogicalRange(former.range)
  }, [drawn, candles, place, fits])

  useEffect(() => {
    const key = mark && `${mark.id} ${place}`
    if (!drawn || key === focused.current) return
    focused.current = key ?? null
    if (!mark) return
    const [first, last] = [candleAt(candles, mark.entry), candleAt(candles, mark.exit)]
    const beside = Math.max(LEAST, last - first)
    drawn.chart.timeScale().setVisibleLogicalRange({ from: first - beside, to: last + beside })
  }, [drawn, candles, place, mark])
}
