import { expect, test } from 'vitest'
import { isSmall } from './account'

test('an account of a few dollars is small, one of a bitcoin is not', () => {
  expect(isSmall(1, 'USDT')).toBe(true)
  expect(isSmall(99.5, 'USDC')).toBe(true)
  expect(isSmall(100, 'USDT')).toBe(false)
  expect(isSmall(1, 'BTC')).toBe(false)
  expect(isSmall(NaN, 'USDT')).toBe(false)
})
