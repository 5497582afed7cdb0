import { expect, test } from 'vitest'
import { inTurns, summary } from './bulk'

const NAMES = new Map([
  ['1', 'Alpha'],
  ['2', 'Beta'],
])

test('never more than so many at once, and all of them', async () => {
  let now = 0
  let most = 0
  const seen: number[] = []
  await inTurns([...Array(20).keys()], 4, async (item) => {
    most = Math.max(most, ++now)
    await Promise.resolve()
    seen.push(item)
    now -= 1
  })
  expect([most, seen.length]).toEqual([4, 20])
})

test('a notice says what was done, and to how many', () => {
  expect(summary('stop', { done: ['1'], refused: [] }, NAMES)).toBe('Alpha stopped')
  expect(summary('delete', { done: ['1', '2'], refused: [] }, NAMES)).toBe('2 sessions deleted')
})

test('a refusal is told in the words of the API', () => {
  const one = { name: 'Beta', why: 'it is running' }
  expect(summary('delete', { done: [], refused: [one] }, NAMES)).toBe(
    'Beta could not be deleted: it is running',
  )
  expect(summary('start', { done: ['1'], refused: [one] }, NAMES)).toBe(
    '1 of 2 sessions started. Beta: it is running',
  )
  const many = Array.from({ length: 5 }, (_, index) => ({ name: `S${index}`, why: 'no' }))
  expect(summary('start', { done: [], refused: many }, NAMES)).toBe(
    '0 of 5 sessions started. S0: no; S1: no; S2: no; and 2 more',
  )
})
