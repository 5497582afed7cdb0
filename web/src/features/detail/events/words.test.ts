import { expect, test } from 'vitest'
import { wordsForEvent, type EventType } from './words'

const words = (event_type: EventType, event_data: Record<string, unknown> = {}) =>
  wordsForEvent({ event_type, event_data })

test('launches are told with their process and run', () => {
  expect(words('started', { run: 2, pid: 123 })).toBe('Started, PID 123, run 2')
  expect(words('started', { run: 1 })).toBe('Started, run 1')
  expect(words('restarted', { run: 2, reason: 'asked for' })).toBe('Restarted, run 2: asked for')
})

test('a trade is told with its result', () => {
  const data = { side: 'LONG', market: 'XBTUSD', exit_price: 89520, pnl_usd: 70, exit_reason: 'take-profit' }
  expect(words('trade', data)).toBe('Trade: closed LONG XBTUSD at 89,520, +70.00\u00a0USD (take-profit)')
  expect(words('trade', { side: 'SHORT' })).toBe('Trade: closed SHORT')
})

test('what went wrong is told in its own words', () => {
  expect(words('failed', { message: 'killed by SIGKILL' })).toBe('Failed: killed by SIGKILL')
  expect(words('error', { message: 'crashed', restart_in: 65 })).toBe('Error: crashed; starts again in 1m 5s')
})

test('changes name what was changed', () => {
  expect(words('updated', { fields: ['name', 'strategy_params'] })).toBe('Changed: name, strategy params')
  expect(words('updated')).toBe('Changed')
})

test('a clone says so', () => {
  expect(words('created', { cloned_from: 'abc' })).toBe('Created as a clone')
  expect(words('created', { cloned_from: null })).toBe('Created')
})
