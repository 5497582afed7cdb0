import { expect, test } from 'vitest'
import { downloadOf, filterOf, isNarrow, isNewestFirst, questionOf } from './filter'

const filter = (address: string) => {
  const params = new URLSearchParams(address)
  return filterOf((name) => params.get(name))
}

test('without a filter the newest trades are asked for', () => {
  expect(questionOf(filter(''))).toEqual({ sort: 'exit_time:desc', limit: 20, offset: 0 })
  expect(isNarrow(filter('page=2&sort=pnl:asc'))).toBe(false)
  expect([filter(''), filter('page=2'), filter('sort=pnl')].map(isNewestFirst)).toEqual([true, false, false])
})

test('every filter reaches the question and the download', () => {
  const narrow = filter(
    'side=LONG&result=lost&from=2024-01-22T00:00&to=2024-01-23T00:00&text=stop&sort=pnl:asc&page=3&size=50',
  )
  const conditions = { side: 'LONG', won: false, start: 1705878000, end: 1705964400, text: 'stop' }
  expect(questionOf(narrow)).toEqual({ ...conditions, sort: 'pnl:asc', limit: 50, offset: 100 })
  expect(downloadOf('x', narrow, 'csv')).toBe(
    '/sessions/x/trades?format=csv&side=LONG&won=false&start=1705878000&end=1705964400&text=stop',
  )
})

test('nonsense in the address filters nothing', () => {
  expect(questionOf(filter('side=UP&result=2&from=soon&sort=id&page=-1&size=7'))).toEqual(
    questionOf(filter('')),
  )
})
