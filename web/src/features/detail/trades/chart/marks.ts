import type { SeriesMarker, UTCTimestamp } from 'lightweight-charts'
import type { Candle, Leg, Trade } from '@/shared/api/types'
import type { ChartColours } from '@/shared/charts/chart'

/** A trade as the chart of one market shows it: of a pair, its leg there. */
export interface Mark {
  id: string
  trade: Trade
  shown: Leg
  /** Candles in which it was entered and left. */
  entry: UTCTimestamp
  exit: UTCTimestamp
}

/** Place of the last candle that opened at or before a time; -1 before all of them. */
export function candleAt(candles: readonly Pick<Candle, 'timestamp'>[], seconds: number): number {
  let [low, high] = [0, candles.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((candles[middle]?.timestamp ?? Infinity) <= seconds) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The part of a trade that is of this market. */
export function partOf(trade: Trade, market: string): Leg {
  return trade.legs?.find((leg) => leg.market === market) ?? trade
}

/** What can be marked on these candles: trades that ended before or began behind them cannot. */
export function marksOf(trades: readonly Trade[], market: string, candles: readonly Candle[]): Mark[] {
  const first = candles[0]
  const last = candles.at(-1)
  if (!first || !last) return []
  return trades.flatMap((trade) => {
    const shown = partOf(trade, market)
    const exit = candleAt(candles, shown.exit_time)
    const entry = candleAt(candles, shown.entry_time)
    const [from, to] = [candles[entry] ?? first, candles[exit]]
    if (!to || shown.entry_time > last.timestamp + (last.timestamp - (candles.at(-2)?.timestamp ?? 0)))
      return []
    return [
      {
        id: String(trade.id),
        trade,
        shown,
        entry: from.timestamp as UTCTimestamp,
        exit: to.timestamp as UTCTimestamp,
      },
    ]
  })
}

export function colourOf({ shown }: Mark, colours: ChartColours): string {
  if (shown.pnl === 0) return colours.text
  return shown.pnl > 0 ? colours.gain : colours.loss
}

/** Room in pixels below which the marks of trades, twelve pixels wide at least, would hide the candles. */
const ROOM = 24

/** Whether so many trades share a width that they are drawn small. */
export function isCrowded(trades: number, width: number): boolean {
  return trades > 0 && width / trades < ROOM
}

/** Arrows where positions were entered, up for long and down for short; circles at the prices they were left at. */
export function markersOf(
  marks: readonly Mark[],
  selected: string | null,
  colours: ChartColours,
): SeriesMarker<UTCTimestamp>[] {
  return marks
    .flatMap((mark): SeriesMarker<UTCTimestamp>[] => {
      const long = mark.shown.side === 'LONG'
      const size = mark.id === selected ? 2 : 1
      return [
        {
          id: mark.id,
          time: mark.entry,
          position: long ? 'belowBar' : 'aboveBar',
          shape: long ? 'arrowUp' : 'arrowDown',
          color: colours.line,
          size,
        },
        {
          id: mark.id,
          time: mark.exit,
          position: 'atPriceMiddle',
          price: mark.shown.exit_price,
          shape: 'circle',
          color: colourOf(mark, colours),
          size: size * 0.7,
        },
      ]
    })
    .sort((a, b) => a.time - b.time)
}

/** Seconds of a timeframe: 15m is 900. */
export function secondsOf(timeframe: string): number {
  const unit = { m: 60, h: 3600, d: 86_400 }[timeframe.slice(-1)] ?? 60
  return Number.parseInt(timeframe, 10) * unit
}

/** The smallest step between prices of these candles, as far as their digits tell it. */
export function tickOf(candles: readonly Candle[]): number {
  const digits = candles.slice(-200).map(({ close }) => String(close).split('.')[1]?.length ?? 0)
  return 10 ** -Math.min(8, Math.max(0, ...digits))
}
