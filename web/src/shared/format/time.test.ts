import { expect, test } from 'vitest'
import { ago, clockTime, dateTime, day, duration, elapsed, utc, utcDay, utcMillis } from './time'

// The tests run in Berlin.
const JANUARY = Date.UTC(2024, 0, 22, 13, 32, 5) / 1000
const NIGHT = Date.UTC(2024, 6, 22, 22, 30, 0) / 1000

test('times are local, and in UTC for those who compare', () => {
  expect(dateTime(JANUARY)).toBe('2024-01-22 14:32:05')
  expect(utc(JANUARY)).toBe('2024-01-22 13:32:05 UTC')
})

test('a day is the local one or that of UTC', () => {
  expect([day(NIGHT), utcDay(NIGHT)]).toEqual(['2024-07-23', '2024-07-22'])
})

test('milliseconds are shown as they were written', () => {
  expect(clockTime(JANUARY + 0.234)).toBe('14:32:05.234')
  expect(clockTime(JANUARY + 0.0999)).toBe('14:32:05.100')
  expect(clockTime(JANUARY + 0.9999)).toBe('14:32:06.000')
})

test('the UTC of a line has its milliseconds', () => {
  expect(utcMillis(JANUARY + 0.234)).toBe('2024-01-22 13:32:05.234 UTC')
})

test('running time counts hours, and days in front of them', () => {
  expect([elapsed(2732), elapsed(3 * 86_400 + 14_706), elapsed(-1)]).toEqual([
    '00:45:32',
    '3d 04:05:06',
    '00:00:00',
  ])
})

test('a length of time is told in its two largest units', () => {
  expect([8100, 323, 12, 0.4, 3600, 86_400 + 59, 90_000].map(duration)).toEqual([
    '2h 15m',
    '5m 23s',
    '12s',
    '0s',
    '1h',
    '1d',
    '1d 1h',
  ])
})

test('what comes from a clock that is ahead is now', () => {
  expect(ago(-3)).toBe('0s ago')
})
