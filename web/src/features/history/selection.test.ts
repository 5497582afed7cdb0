import { expect, test } from 'vitest'
import type { Session } from '@/shared/api/types'
import { obstacle, ticked, without, type Selection } from './selection'

const session = (id: string, type: Session['type'] = 'backtest') => ({ id, type }) as Session
const many = (number: number) => Array.from({ length: number }, (_, index) => session(String(index)))
const NONE: Selection = new Map()

test('ticks of several pages add up, and are taken back', () => {
  const both = ticked(ticked(NONE, many(2), true), [session('z')], true)
  expect([...both.keys()]).toEqual(['0', '1', 'z'])
  expect([...ticked(both, many(2), false).keys()]).toEqual(['z'])
  expect([...without(both, ['z', 'unknown']).keys()]).toEqual(['0', '1'])
})

test('two to six sessions that trade can be compared', () => {
  expect(obstacle(ticked(NONE, many(1), true))).toBe('Tick two to six sessions to compare them')
  expect(obstacle(ticked(NONE, many(2), true))).toBeNull()
  expect(obstacle(ticked(NONE, many(6), true))).toBeNull()
  expect(obstacle(ticked(NONE, many(7), true))).toBe('At most six sessions can be compared; 7 are ticked')
  expect(obstacle(ticked(NONE, [...many(2), session('s', 'scraper')], true))).toContain('Scrapers')
})
