import { expect, test } from 'vitest'
import { isTab, searchOfList } from './address'

test('the search of the list is kept and that of a tab is left behind', () => {
  expect(searchOfList('?type=test&tab-page=2&page=3')).toBe('?type=test&page=3')
  expect(searchOfList('?tab-page=2')).toBe('')
})

test('only names of tabs are tabs', () => {
  expect(isTab('trades')).toBe(true)
  expect(isTab('toString')).toBe(false)
})
