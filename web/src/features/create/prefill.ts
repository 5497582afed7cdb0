import type { SessionType, Strategy } from '@/shared/api/types'
import { oneOf } from '@/shared/url/params'
import { emptyDraft, type Draft } from './draft'
import { isPair, modeOf } from './wants'

const TYPES = ['test', 'backtest', 'scraper'] as const satisfies readonly SessionType[]

/** A new session as the address wishes it: type, exchange, market, strategy. */
export function prefill(params: URLSearchParams, strategies: readonly Strategy[]): Draft {
  const market = params.get('market')?.trim() ?? ''
  const wanted = strategies.find((one) => one.id === params.get('strategy'))
  const type = oneOf(params.get('type') ?? wanted?.supported_types[0] ?? null, TYPES)
  const draft = emptyDraft(type, params.get('exchange') ?? '')
  const strategy = wanted ?? (market === '' ? undefined : traderOf(market, type, strategies))
  const mode = strategy ? modeOf(strategy) : 'one'
  return {
    ...draft,
    ...(strategy ? { strategies: { [type]: strategy.id } } : {}),
    ...(market === '' ? {} : { markets: { [mode]: market } }),
  }
}

/** A strategy for a market that the plainest one does not trade. */
function traderOf(market: string, type: SessionType, strategies: readonly Strategy[]): Strategy | undefined {
  const any = isPair(market) ? '*+*' : '*'
  const usable = strategies.filter((one) => one.error === null && one.supported_types.includes(type))
  return (
    usable.find((one) => one.supported_markets.includes(market)) ??
    usable.find((one) => one.supported_markets.includes(any))
  )
}
