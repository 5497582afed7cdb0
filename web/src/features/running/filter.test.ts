import { expect, test } from 'vitest'
import { choices, filterOf, fitting, isSet } from './filter'
import { session } from './testing'

const ALL = [
  session({ id: '1', name: 'Fast one' }),
  session({ id: '2', name: 'Slow one', market: 'ETHUSD', notes: 'with care' }),
  session({ id: '3', name: 'Pair', market: 'XBTUSD+ETHUSD', strategy: 'PairTradeBot' }),
]

const found = (query: string) => fitting(ALL, filterOf(new URLSearchParams(query))).map((one) => one.id)

test('words are looked for in all that names a session', () => {
  expect(found('search=one')).toEqual(['1', '2'])
  expect(found('search=ONE+eth')).toEqual(['2'])
  expect(found('search=care')).toEqual(['2'])
  expect(found('search=nothing')).toEqual([])
})

test('market and strategy are taken whole', () => {
  expect(found('market=ETHUSD')).toEqual(['2'])
  expect(found('market=XBTUSD%2BETHUSD&strategy=PairTradeBot')).toEqual(['3'])
  expect(found('')).toEqual(['1', '2', '3'])
})

test('blanks are no filter, and what was chosen can be chosen on', () => {
  expect(isSet(filterOf(new URLSearchParams('search=++')))).toBe(false)
  expect(choices(ALL, 'market', 'SOLUSD')).toEqual(['ETHUSD', 'SOLUSD', 'XBTUSD', 'XBTUSD+ETHUSD'])
})
