import type { SessionType } from '@/shared/api/types'
import type { Change } from './draft'
import { ExchangeField } from './ExchangeField'
import type { Form } from './filled'
import { MarketFields } from './MarketFields'
import { Columns } from './SchemaInputs'
import { StrategyField } from './StrategyField'
import { TypeCards } from './TypeCards'

/** Type, exchange, market and strategy. */
export function WhatSection({ form, change }: { form: Form; change: Change }) {
  const { type, exchange, market, strategy } = form.filled
  return (
    <>
      <TypeCards value={type} onChange={(chosen: SessionType) => change({ type: chosen })} />
      <Columns>
        <ExchangeField type={type} value={exchange} onChange={(chosen) => change({ exchange: chosen })} />
        <MarketFields
          exchange={exchange}
          type={type}
          strategy={form.strategy}
          market={market}
          onChange={(chosen) => change((former) => ({ markets: { ...former.markets, [form.mode]: chosen } }))}
        />
        <StrategyField
          type={type}
          value={strategy}
          strategies={form.strategies}
          onChange={(chosen) =>
            change((former) => ({ strategies: { ...former.strategies, [former.type]: chosen } }))
          }
        />
      </Columns>
    </>
  )
}
