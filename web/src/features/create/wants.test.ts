import { describe, expect, it } from 'vitest'
import type { Market, Strategy } from '@/shared/api/types'
import { firstMarket, firstStrategy, marketOptions, modeOf, strategiesFor } from './wants'

const strategy = (id: string, supported_markets: string[], error: string | null = null) =>
  ({ id, name: id, supported_markets, supported_types: ['test'], error }) as Strategy
const market = (name: string, obstacle: string | null = null) =>
  ({ market: name, obstacle, kind: 'linear', settle: 'USDT' }) as Market

const MARKETS = [market('XBTUSD'), market('ETHUSD', 'it is too large'), market('SOLUSD')]

describe('markets of a strategy', () => {
  it('are single ones, named pairs or any two', () => {
    expect(modeOf(strategy('a', ['*']))).toBe('one')
    expect(modeOf(strategy('a', []))).toBe('one')
    expect(modeOf(strategy('a', ['XBTUSD+ETHUSD']))).toBe('pair')
    expect(modeOf(strategy('a', ['*+*']))).toBe('two')
  })

  it('that cannot be traded come last, with the reason', () => {
    const options = marketOptions(strategy('a', ['*']), 'test', MARKETS)
    expect(options.map((one) => one.name)).toEqual(['XBTUSD', 'SOLUSD', 'ETHUSD'])
    expect(options.at(-1)).toMatchObject({ note: 'it is too large', disabled: true })
    expect(marketOptions(strategy('a', ['*']), 'scraper', MARKETS).some((one) => one.disabled)).toBe(false)
  })

  it('that the strategy does not trade say so', () => {
    const options = marketOptions(strategy('a', ['SOLUSD']), 'test', MARKETS)
    expect(options[0]?.name).toBe('SOLUSD')
    expect(options[1]).toMatchObject({ note: 'a does not trade it', disabled: true })
  })

  it('begin with the first that can be had', () => {
    const any = strategy('a', ['*+*'])
    expect(firstMarket(marketOptions(any, 'test', MARKETS), modeOf(any))).toBe('XBTUSD+SOLUSD')
    expect(firstMarket([], 'one')).toBe('')
  })
})

describe('strategies of a type', () => {
  const all = [strategy('Broken', ['*'], 'line 3'), strategy('Apple', ['*']), strategy('TestBot', ['*'])]

  it('show those that do not load, and begin with the plainest', () => {
    expect(strategiesFor('test', all)).toHaveLength(3)
    expect(strategiesFor('scraper', all).map((one) => one.id)).toEqual(['Broken'])
    expect(firstStrategy('test', all)).toBe('TestBot')
    expect(firstStrategy('scraper', all)).toBe('')
  })
})
