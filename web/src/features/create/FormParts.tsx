import { useQuery } from '@tanstack/react-query'
import { marketsQuery } from '@/shared/api/markets'
import type { Change, Draft } from './draft'
import type { Form } from './filled'
import { FixedWhat } from './FixedWhat'
import { NameSection } from './NameSection'
import { automaticName } from './origin'
import { RangeSection } from './RangeSection'
import { SchemaInputs } from './SchemaInputs'
import { Section } from './Section'
import { SettingsSection } from './SettingsSection'
import { SmallAccount } from './SmallAccount'
import type { Target } from './submit'
import { WhatSection } from './WhatSection'

interface Props {
  target: Target
  form: Form
  draft: Draft
  change: Change
}

/** The fields of the form, in the order in which one decides. */
export function FormParts({ target, form, draft, change }: Props) {
  const { filled } = form
  const nameOnly = target.kind === 'edit' && target.nameOnly
  const setParam = (name: string, text: string) =>
    change(({ params }) => ({
      params: { ...params, [filled.strategy]: { ...params[filled.strategy], [name]: text } },
    }))
  const setSetting = (name: string, text: string) =>
    change(({ settings }) => ({ settings: { ...settings, [name]: text } }))
  return (
    <>
      {target.kind === 'new' ? <WhatSection form={form} change={change} /> : <FixedWhat form={form} />}
      {!nameOnly && filled.params.fields.length > 0 && (
        <Section title="Strategy parameters">
          <SchemaInputs
            fields={filled.params.fields}
            prefix="strategy_params"
            texts={filled.params.texts}
            onChange={setParam}
          />
        </Section>
      )}
      {!nameOnly && filled.type === 'backtest' && (
        <RangeSection
          range={filled.range}
          now={form.now}
          exchange={filled.exchange}
          market={filled.market}
          closed={form.closed}
          onChange={(range) => change({ range })}
        />
      )}
      {!nameOnly && <SmallAccount filled={filled} onChange={setSetting} />}
      {!nameOnly && filled.settings.fields.length > 0 && (
        <SettingsSection
          fields={filled.settings.fields}
          texts={filled.settings.texts}
          onChange={setSetting}
        />
      )}
      <Naming target={target} form={form} draft={draft} change={change} />
    </>
  )
}

function Naming({ target, form, draft, change }: Props) {
  const { exchange, market, type } = form.filled
  const { data: markets } = useQuery(marketsQuery(exchange))
  const coins = market
    .split('+')
    .map((leg) => markets?.find((one) => one.market === leg)?.base ?? leg.split('/')[0] ?? '')
  const made = target.kind === 'new'
  return (
    <NameSection
      name={draft.name}
      notes={draft.notes}
      optional={made}
      placeholder={made ? automaticName(type, coins) : ''}
      onChange={change}
    />
  )
}
