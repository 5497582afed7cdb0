import { describe, expect, test } from 'vitest'
import { digitsFor, drawable, growth, pointAt, summaryOf } from './equity'

const point = (timestamp: number, equity: number, drawdown = 0) => ({ timestamp, equity, drawdown })
const points = [point(10.2, 1), point(10.9, 1.1), point(20, 0.9, 18.2), point(30, 1.2)]

describe('drawable', () => {
  test('keeps the last of several points in one second', () => {
    expect(drawable(points, ({ equity }) => equity)).toEqual([
      { time: 10, value: 1.1 },
      { time: 20, value: 0.9 },
      { time: 30, value: 1.2 },
    ])
  })

  test('leaves out what would go back in time', () => {
    expect(drawable([point(20, 1), point(10, 2)], ({ equity }) => equity)).toEqual([{ time: 20, value: 1 }])
  })
})

test('a curve stands at its last point before a time', () => {
  expect(pointAt(points, 5)).toBeUndefined()
  expect(pointAt(points, 10)?.equity).toBe(1.1)
  expect(pointAt(points, 25)?.equity).toBe(0.9)
  expect(pointAt(points, 99)?.equity).toBe(1.2)
})

test('an axis tells the smallest part of its range apart', () => {
  expect(digitsFor([1, 2])).toBe(2)
  expect(digitsFor([1, 1.000_3])).toBe(6)
  expect(digitsFor([5])).toBe(2)
  expect(digitsFor([])).toBe(2)
})

test('growth is in percent of the start, and nothing where there is none', () => {
  expect(growth({ name: '', points, settle: 'BTC', start: 2 }, 3)).toBe(50)
  expect(growth({ name: '', points: [], settle: 'BTC', start: 0 }, 3)).toBe(0)
})

test('the summary tells from, to, lowest, highest and the deepest drawdown', () => {
  const text = summaryOf({ name: 'Equity', points, settle: 'USD', start: 1 })
  for (const part of ['from 1.00', 'to 1.20', 'lowest 0.90', 'highest 1.20', 'drawdown 18.20']) {
    expect(text).toContain(part)
  }
  expect(summaryOf({ name: 'Equity', points: [], settle: 'USD', start: 1 })).toContain('no equity')
})
