import { describe, expect, test } from 'vitest'
import { columnsOf, rowsOf, searched, type Figure, type Group } from './groups'
import { valueOf } from './values'

const figure = (key: string, label: string, meaning = ''): Figure => ({ key, label, unit: 'ratio', meaning })
const groups: Group[] = [
  {
    title: 'Risk',
    figures: [figure('sharpe', 'Sharpe', 'mean over deviation'), figure('sortino', 'Sortino')],
  },
  { title: 'Costs', figures: [figure('fees', 'Fees', 'positive: paid')] },
]

describe('searched', () => {
  test('finds labels and meanings by all the words', () => {
    expect(searched(groups, 'Mean  sharpe').map(({ figures }) => figures.map(({ key }) => key))).toEqual([
      ['sharpe'],
    ])
  })

  test('finds a group by its title', () => {
    expect(searched(groups, 'risk')[0]?.figures).toHaveLength(2)
  })

  test('nothing to look for leaves all as it is', () => {
    expect(searched(groups, '  ')).toBe(groups)
  })
})

describe('rowsOf', () => {
  test('one thing is one row', () => {
    expect(rowsOf(figure('long', 'Long'), { trade_count: 2, wins: 1 })).toEqual([
      { name: 'Long', values: { trade_count: 2, wins: 1 } },
    ])
  })

  test('returns by day are rows of returns', () => {
    expect(rowsOf(figure('by_day', 'By day'), { '2026-11-18': -0.5 })).toEqual([
      { name: '2026-11-18', values: { return: -0.5 } },
    ])
  })

  test('nothing told is no row', () => {
    expect(rowsOf(figure('long', 'Long'), null)).toEqual([])
  })
})

test('columns are those with values, in order', () => {
  const columns = [figure('return', 'Return'), figure('wins', 'Won'), figure('fees', 'Fees')]
  const rows = [{ name: 'a', values: { fees: 1, return: 2 } }]
  expect(columnsOf(columns, rows).map(({ key }) => key)).toEqual(['return', 'fees'])
})

test('values are told by their unit, and nothing where there is none', () => {
  expect(valueOf(null, 'percent', 'BTC')).toBe('–')
  expect(valueOf(12.345, 'percent', 'BTC')).toBe('12.35\u00a0%')
  expect(valueOf(0.0123, 'percent', 'BTC')).toBe('0.0123\u00a0%')
  expect(valueOf(-1.5, 'settle', 'BTC')).toBe('\u22121.50000000\u00a0BTC')
  expect(valueOf(3700, 'seconds', 'BTC')).toBe('1h 1m')
  expect(valueOf('BTC', 'text', 'BTC')).toBe('BTC')
})
