import { expect, test } from 'vitest'
import { NOTHING, turned, turnedAll } from './selection'

const ORDER = ['a', 'b', 'c', 'd', 'e']
const ids = (chosen: { ids: ReadonlySet<string> }) => [...chosen.ids].sort().join('')

test('a click turns one, a click with Shift all from the last one on', () => {
  const first = turned(NOTHING, ORDER, 'b', false)
  const range = turned(first, ORDER, 'd', true)
  expect(ids(range)).toBe('bcd')
  expect(ids(turned(range, ORDER, 'c', false))).toBe('bd')
})

test('a range goes upwards too, and takes away where its end was selected', () => {
  const all = turnedAll(NOTHING, ORDER)
  const anchored = turned(all, ORDER, 'd', false)
  expect(ids(anchored)).toBe('abce')
  expect(ids(turned(anchored, ORDER, 'b', true))).toBe('ae')
})

test('Shift without a beginning, or with one that is gone, turns the one alone', () => {
  expect(ids(turned(NOTHING, ORDER, 'c', true))).toBe('c')
  expect(ids(turned({ ids: new Set(['z']), anchor: 'z' }, ORDER, 'c', true))).toBe('cz')
})

test('a group is selected whole, and let go where it was whole', () => {
  const some = turned(NOTHING, ORDER, 'a', false)
  const all = turnedAll(some, ['a', 'b'])
  expect(ids(all)).toBe('ab')
  expect(ids(turnedAll(all, ['a', 'b']))).toBe('')
})
