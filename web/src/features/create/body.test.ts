import { describe, expect, it } from 'vitest'
import { read, type Filled } from './body'
import { listBelow } from './place'
import { gather, homeless } from './problems'
import { fieldsOf } from './schema'

const NOW = 1_704_067_200
const FILLED: Filled = {
  type: 'backtest',
  exchange: 'sandbox',
  market: 'XBTUSD',
  strategy: 'TestBot',
  params: { fields: fieldsOf({ properties: { size: { type: 'integer', default: 1 } } }), texts: {} },
  settings: { fields: [], texts: {} },
  range: { start: '2023-12-01', end: '2023-12-02', exact: false },
  name: '  ',
  notes: '',
}

describe('what is sent', () => {
  it('names nothing that was left out', () => {
    const { body, problems } = read(FILLED, NOW)
    expect(problems.size).toBe(0)
    expect(body).toMatchObject({
      name: null,
      notes: null,
      strategy_params: { size: 1 },
      range_end: 1_701_561_600,
    })
  })

  it('has no range for what runs now', () => {
    expect(read({ ...FILLED, type: 'test' }, NOW).body).toMatchObject({ range_start: null, range_end: null })
  })

  it('cannot be read where market, days or numbers are missing', () => {
    const params = { ...FILLED.params, texts: { size: 'x' } }
    const range = { start: '', end: '', exact: false }
    const { problems } = read({ ...FILLED, market: '', params, range }, NOW)
    expect([...problems.keys()].sort()).toEqual([
      'market',
      'range_end',
      'range_start',
      'strategy_params.size',
    ])
  })

  it('does not end before it begins', () => {
    const range = { start: '2023-12-02', end: '2023-12-01', exact: false }
    expect(read({ ...FILLED, range }, NOW).problems.get('range_end')).toBe('Lies before the start.')
  })
})

describe('problems', () => {
  it('of the page go before those of the server, which speaks in sentences', () => {
    const all = gather(new Map([['a', 'This is no number.']]), [
      { field: 'a', message: 'too small' },
      { field: 'b', message: 'lies before range_start' },
    ])
    expect([...all]).toEqual([
      ['a', 'This is no number.'],
      ['b', 'Lies before the start.'],
    ])
    expect(homeless(all, new Set(['a']))).toEqual([['b', 'Lies before the start.']])
  })
})

describe('the list below the form', () => {
  it('keeps its own part of the address', () => {
    expect(listBelow('/history/new', '?type=backtest&clone=x')).toEqual({
      pathname: '/history',
      search: 'type=backtest',
    })
    expect(listBelow('/running/new', '?type=backtest&status=paused')).toEqual({
      pathname: '/running',
      search: 'status=paused',
    })
    expect(listBelow('/scrapers/new', '?type=scraper&on=bybit')).toEqual({
      pathname: '/scrapers',
      search: 'on=bybit',
    })
  })
})
