import { expect, test } from 'vitest'
import { filterOf, isNarrow, questionOf, startOfDay } from './filter'

const NOW = Date.UTC(2024, 0, 22, 12) // in Berlin
const question = (address: string) => questionOf(filterOf(new URLSearchParams(address)), NOW)

test('without a filter all ended sessions are asked for, the last ended first', () => {
  expect(question('')).toEqual({
    status: 'stopped,completed,failed',
    sort: 'stopped_at:desc',
    limit: 20,
    offset: 0,
  })
  expect(isNarrow(filterOf(new URLSearchParams('sort=name:asc&page=2&size=50')))).toBe(false)
})

test('every filter of the address reaches the question', () => {
  expect(
    question(
      'type=backtest&status=failed&market=XBTUSD%2BETHUSD&strategy=PairTradeBot&search= two &page=3&size=50&sort=duration:asc',
    ),
  ).toEqual({
    type: 'backtest',
    status: 'failed',
    market: 'XBTUSD+ETHUSD',
    strategy: 'PairTradeBot',
    search: 'two',
    sort: 'duration:asc',
    limit: 50,
    offset: 100,
  })
})

test('a running session is never asked for, whatever the address says', () => {
  expect(question('status=running').status).toBe('stopped,completed,failed')
})

test('periods count back from now; own dates are local days, the last one included', () => {
  expect(question('period=24h').stopped_after).toBe(NOW / 1000 - 86_400)
  const own = question('period=own&from=2024-01-20&to=2024-01-21')
  expect(own.stopped_after).toBe(Date.UTC(2024, 0, 19, 23) / 1000)
  expect(own.stopped_before).toBe(Date.UTC(2024, 0, 21, 23) / 1000)
  expect(question('period=own&from=nonsense')).not.toHaveProperty('stopped_after')
})

test('a day has 23 hours when the clocks go forward', () => {
  expect((startOfDay('2024-03-31', 1) ?? 0) - (startOfDay('2024-03-31', 0) ?? 0)).toBe(23 * 3600)
})
