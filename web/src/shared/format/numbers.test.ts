import { expect, test } from 'vitest'
import { bytes, count, money, NONE, percent, plain } from './numbers'

test('what is not known is a dash', () => {
  expect([count(null), plain(undefined), percent(null), money(null, 'USD'), bytes(null)]).toEqual(
    Array.from({ length: 5 }, () => NONE),
  )
})

test('whole numbers are grouped, and zero has no sign', () => {
  expect([count(8432), count(-0), count(-0.4), count(-1234)]).toEqual(['8,432', '0', '0', '\u22121,234'])
})

test('a price has the digits it has', () => {
  expect([plain(89450.5), plain(0.00001234), plain(0.1 + 0.2), plain(1.23456, 2)]).toEqual([
    '89,450.5',
    '0.00001234',
    '0.3',
    '1.23',
  ])
})

test('percent has its digits always and holds together with its sign', () => {
  expect([percent(62.2), percent(-3), percent(-0.04), percent(12.345, 2)]).toEqual([
    '62.2\u00a0%',
    '\u22123.0\u00a0%',
    '0.0\u00a0%',
    '12.35\u00a0%',
  ])
})

test('dollars have cents and coins eight digits, with the sign where it means something', () => {
  expect([money(1234.5, 'USD'), money(-456, 'USDT'), money(0, 'USD'), money(-0.001, 'USD')]).toEqual([
    '+1,234.50\u00a0USD',
    '\u2212456.00\u00a0USDT',
    '0.00\u00a0USD',
    '0.00\u00a0USD',
  ])
  expect(money(0.00000001, 'BTC')).toBe('+0.00000001\u00a0BTC')
  expect(money(1.5, 'USD', { sign: false })).toBe('1.50\u00a0USD')
  expect(money(-1.5, 'USD', { sign: false })).toBe('\u22121.50\u00a0USD')
})

test('bytes are in the unit that fits', () => {
  expect([bytes(0), bytes(999), bytes(1000), bytes(6_240_000), bytes(999_999), bytes(5e15)]).toEqual([
    '0\u00a0B',
    '999\u00a0B',
    '1\u00a0KB',
    '6.2\u00a0MB',
    '1\u00a0MB',
    '5,000\u00a0TB',
  ])
})
