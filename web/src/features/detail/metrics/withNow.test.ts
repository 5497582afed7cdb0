import { expect, test } from 'vitest'
import { withNow } from './withNow'

const points = [
  { timestamp: 10, equity: 1, drawdown: 0 },
  { timestamp: 20, equity: 2, drawdown: 0 },
]

test('a newer heartbeat continues the curve with its drawdown', () => {
  expect(withNow(points, 1.5, 30).at(-1)).toEqual({ timestamp: 30, equity: 1.5, drawdown: 25 })
})

test('an older one, or none, changes nothing', () => {
  expect(withNow(points, 1.5, 20)).toBe(points)
  expect(withNow(points, undefined, undefined)).toBe(points)
})
