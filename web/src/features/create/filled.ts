import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { coverageQuery, marketsQuery } from '@/shared/api/markets'
import { aboutQuery, strategiesQuery } from '@/shared/api/queries'
import type { SessionType, Strategy } from '@/shared/api/types'
import { useFromNow } from '@/shared/live/clock'
import { read, type Filled, type Reading } from './body'
import type { Draft } from './draft'
import { firstRange } from './range'
import { fieldsOf, objectOf, type SchemaField } from './schema'
import { firstMarket, firstStrategy, marketOptions, modeOf, type MarketMode } from './wants'

/** The form as it stands: the draft with everything filled in that nobody has chosen yet. */
export interface Form extends Reading {
  filled: Filled
  strategies: readonly Strategy[]
  strategy: Strategy | undefined
  mode: MarketMode
  /** Whether the exchange has nothing to give but what is recorded. */
  closed: boolean
  /** This minute, in Unix seconds. */
  now: number
}

export function useFilled(draft: Draft): Form {
  const now = useFromNow((time) => Math.floor(time / 60_000) * 60)
  const { data: about } = useQuery(aboutQuery)
  const { data: strategies = NONE } = useQuery(strategiesQuery)
  const exchange = draft.exchange || (about?.exchange ?? '')
  const closed = about?.exchanges.some((one) => one.id === exchange && one.closed_on !== null) ?? false
  const chosen = draft.strategies[draft.type] ?? firstStrategy(draft.type, strategies)
  const strategy = strategies.find((one) => one.id === chosen)
  const mode = modeOf(strategy)
  const market = useMarket(draft, exchange, strategy, mode)
  const { data: recorded } = useQuery({
    ...coverageQuery(exchange, market),
    enabled: closed && draft.type === 'backtest' && market !== '' && !market.includes('+'),
  })
  const paramFields = useMemo(() => paramsOf(strategy), [strategy])
  const settingFields = useMemo(
    () => settingsFor(draft.type, fieldsOf(objectOf(about?.settings_schema))),
    [about, draft.type],
  )
  return useMemo(() => {
    const filled: Filled = {
      type: draft.type,
      exchange,
      market,
      strategy: chosen,
      params: { fields: paramFields, texts: draft.params[chosen] ?? {} },
      settings: { fields: settingFields, texts: draft.settings },
      range: draft.range ?? firstRange(now, closed ? (recorded?.days ?? null) : null),
      name: draft.name,
      notes: draft.notes,
    }
    return { filled, strategies, strategy, mode, closed, now, ...read(filled, now) }
  }, [
    draft,
    exchange,
    market,
    chosen,
    paramFields,
    settingFields,
    strategies,
    strategy,
    mode,
    closed,
    recorded,
    now,
  ])
}

const NONE: readonly Strategy[] = []

function useMarket(draft: Draft, exchange: string, strategy: Strategy | undefined, mode: MarketMode): string {
  const { data: markets } = useQuery(marketsQuery(exchange))
  return draft.markets[mode] ?? firstMarket(marketOptions(strategy, draft.type, markets ?? []), mode)
}

function paramsOf(strategy: Strategy | undefined): SchemaField[] {
  if (!strategy) return []
  return fieldsOf(strategy.param_schema).map((field) => ({
    ...field,
    initial: strategy.default_params[field.name] ?? field.initial,
  }))
}

const BACKTEST_ONLY = ['path_steps', 'allow_gaps']

/** The settings that mean something to a type of session. */
function settingsFor(type: SessionType, fields: readonly SchemaField[]): SchemaField[] {
  if (type === 'scraper') return fields.filter((field) => field.name.startsWith('restart.'))
  return fields.filter((field) => type === 'backtest' || !BACKTEST_ONLY.includes(field.name))
}
