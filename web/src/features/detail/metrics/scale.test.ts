import { expect, test } from 'vitest'
import { endFor, shareOf } from './scale'

test('a bar ends where its percentage fits in', () => {
  expect([0, 0.04, 0.1, 0.11, -3.2, 62, 100, 101, 4200].map(endFor)).toEqual([
    0.1, 0.1, 0.1, 1, 10, 100, 100, 1000, 10_000,
  ])
})

test('a bar is never more than full and never less than empty', () => {
  expect(shareOf(-5, 10)).toBe(0.5)
  expect(shareOf(50, 10)).toBe(1)
  expect(shareOf(NaN, 10)).toBe(0)
  expect(shareOf(1, 0)).toBe(0)
})
