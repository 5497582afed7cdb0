import { expect, test } from 'vitest'
import { oneOf, pageOf, patched } from './params'
import { asText, clicked, sortOf } from './sort'

const FIELDS = ['name', 'total_pnl'] as const
const USUAL = { field: 'name', descending: false } as const

test('a patch sets, takes away and leaves the rest alone', () => {
  const changed = patched(new URLSearchParams('type=test&page=3&search=a'), {
    page: null,
    search: '',
    market: 'A+B',
  })
  expect(changed.toString()).toBe('type=test&market=A%2BB')
})

test('nonsense in the address is taken as nothing', () => {
  for (const text of ['page=0', 'page=-2', 'page=x', 'page=1.5', '']) {
    expect(pageOf(new URLSearchParams(text), 'page')).toBe(1)
  }
  expect(pageOf(new URLSearchParams('page=7'), 'page')).toBe(7)
  expect(oneOf('c', ['a', 'b'])).toBe('a')
  expect(sortOf('pid:asc', FIELDS, USUAL)).toEqual(USUAL)
})

test('a column is sorted from its largest first, a text from its beginning, and then the other way round', () => {
  const byPnl = clicked(sortOf(null, FIELDS, USUAL), 'total_pnl', false)
  expect(asText(byPnl)).toBe('total_pnl:desc')
  expect(asText(clicked(byPnl, 'total_pnl', false))).toBe('total_pnl:asc')
  expect(asText(clicked(byPnl, 'name', true))).toBe('name:asc')
  expect(sortOf('total_pnl:asc', FIELDS, USUAL)).toEqual({ field: 'total_pnl', descending: false })
})
