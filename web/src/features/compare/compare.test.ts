import { expect, test } from 'vitest'
import type { FigureGroup, SessionDetail } from '@/shared/api/types'
import { bestOf } from './directions'
import { aligned } from './curves'
import { asked, trouble } from './ids'
import { differing, figureSections, parameterSections } from './rows'

const ID = '01a1ff47-483b-7bb4-adc6-ca7c6c8520e3'
const session = (settle: string, strategy_params: object, settings: object = {}) =>
  ({ settle, strategy_params, settings }) as unknown as SessionDetail
const figure = (key: string, unit: string) => ({ key, label: key, unit, meaning: '' })

test('the address names sessions once each, and nonsense is told apart', () => {
  expect(asked(`${ID},x,${ID}, `)).toEqual({ ids: [ID], nonsense: ['x'] })
  expect(asked(null).ids).toEqual([])
  expect(trouble(1)).toContain('one more')
  expect(trouble(7)).toContain('names 7')
  expect([2, 6].map(trouble)).toEqual([null, null])
})

test('the best is the highest or the lowest, as the figure has it', () => {
  expect(bestOf('total_pnl', [1, 3, null, 3])).toEqual(new Set([1, 3]))
  expect(bestOf('max_drawdown', [1, 3, null])).toEqual(new Set([0]))
  expect(bestOf('trade_count', [1, 3])).toEqual(new Set())
  expect(bestOf('total_pnl', [2, 2])).toEqual(new Set())
  expect(bestOf('total_pnl', [2, null])).toEqual(new Set())
})

test('amounts of different currencies have no best, and what nobody has is left out', () => {
  const groups = [
    {
      title: 'Returns',
      figures: [figure('profit', 'settle'), figure('cagr', 'percent'), figure('by_day', 'table')],
    },
  ] as FigureGroup[]
  const subjects = (settles: [string, string]) =>
    settles.map((settle, index) => ({ session: session(settle, {}), metrics: { profit: index, by_day: {} } }))
  const best = (settles: [string, string]) =>
    figureSections(groups, subjects(settles)).flatMap(({ rows }) =>
      rows.map(({ key, best: at }) => [key, ...at]),
    )
  expect(best(['BTC', 'BTC'])).toEqual([['profit', 1]])
  expect(best(['BTC', 'USD'])).toEqual([['profit']])
})

test('results have a sign, balances and costs have none', () => {
  const figures = ['profit', 'start_equity', 'fees'].map((key) => figure(key, 'settle'))
  const groups = [{ title: 'Returns', figures }] as FigureGroup[]
  const subject = { session: session('USDT', {}), metrics: { profit: 1, start_equity: 2, fees: 3 } }
  expect(figureSections(groups, [subject])[0]?.rows.map(({ cells }) => cells[0]?.charAt(0))).toEqual([
    '+',
    '2',
    '3',
  ])
})

test('parameters that differ are known, those that only one strategy has among them', () => {
  const sessions = [
    session('BTC', { threshold: 0.5, window: 10 }, { restart: { policy: 'never' } }),
    session('BTC', { threshold: 0.5, fast: 3 }, { restart: { policy: 'never' } }),
  ]
  const [parameters, settings] = parameterSections(sessions)
  expect(parameters?.rows.map(({ key, cells, differs }) => [key, cells, differs])).toEqual([
    ['threshold', ['0.5', '0.5'], false],
    ['window', ['10', '–'], true],
    ['fast', ['–', '3'], true],
  ])
  expect(settings?.rows.map(({ label }) => label)).toEqual(['restart: policy'])
  expect(differing(parameterSections(sessions)).map(({ title }) => title)).toEqual(['Parameters'])
})

test('curves since the start all begin at 0', () => {
  const series = [100, 5000].map((first) => ({
    name: 'x',
    settle: 'BTC',
    start: 1,
    points: [first, first + 60].map((timestamp) => ({ timestamp, equity: 1, drawdown: 0 })),
  }))
  expect(aligned(series).map(({ points }) => points.map(({ timestamp }) => timestamp))).toEqual([
    [0, 60],
    [0, 60],
  ])
})
