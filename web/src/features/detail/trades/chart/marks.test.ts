import { expect, test } from 'vitest'
import type { Candle, Trade } from '@/shared/api/types'
import { candleAt, markersOf, marksOf, isCrowded } from './marks'

const candles = [60, 120, 180, 240].map((timestamp) => ({ timestamp }) as Candle)
const trade = (id: number, entry_time: number, exit_time: number, changes: object = {}) =>
  ({ id, side: 'LONG', entry_time, exit_time, exit_price: 5, pnl: 1, market: 'XBTUSD', ...changes }) as Trade
const colours = { line: 'line', gain: 'gain', loss: 'loss', text: 'text', grid: '', muted: '' }

test('a time lies in the candle that opened before it', () => {
  expect([59, 60, 119, 240, 999].map((at) => candleAt(candles, at))).toEqual([-1, 0, 0, 3, 3])
  expect(candleAt([], 60)).toBe(-1)
})

test('what ended before the candles or began behind them is not marked; what began before them is cut', () => {
  const marks = marksOf(
    [trade(1, 10, 50), trade(2, 10, 130), trade(3, 125, 185), trade(4, 500, 600)],
    'XBTUSD',
    candles,
  )
  expect(marks.map(({ id, entry, exit }) => [id, entry, exit])).toEqual([
    ['2', 60, 120],
    ['3', 120, 180],
  ])
})

test('of a pair the leg of the market is marked', () => {
  const legs = [trade(0, 60, 120), trade(0, 60, 120, { market: 'ETHUSD', side: 'SHORT', pnl: -1 })]
  const [mark] = marksOf([trade(7, 60, 120, { market: 'XBTUSD+ETHUSD', legs })], 'ETHUSD', candles)
  expect(mark?.shown.side).toBe('SHORT')
})

test('entries point with the position, exits are coloured by the result, and all come in order', () => {
  const marks = marksOf(
    [trade(2, 180, 240, { side: 'SHORT', pnl: -1 }), trade(1, 60, 120)],
    'XBTUSD',
    candles,
  )
  const markers = markersOf(marks, '2', colours)
  expect(markers.map(({ id, time, shape, color, size }) => [id, time, shape, color, size])).toEqual([
    ['1', 60, 'arrowUp', 'line', 1],
    ['1', 120, 'circle', 'gain', 0.7],
    ['2', 180, 'arrowDown', 'line', 2],
    ['2', 240, 'circle', 'loss', 1.4],
  ])
})

test('trades are crowded where a mark of each would hide the candles', () => {
  expect([0, 10, 31, 32, 145].map((trades) => isCrowded(trades, 760))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ])
})
