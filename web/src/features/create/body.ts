import type { NewSession, SessionType } from '@/shared/api/types'
import { rangeOf, type Range } from './range'
import type { SchemaField } from './schema'
import { readAll, type Texts } from './values'

/** What the form holds at this moment, with all that was left out filled in. */
export interface Filled {
  type: SessionType
  exchange: string
  market: string
  strategy: string
  params: { fields: readonly SchemaField[]; texts: Texts }
  settings: { fields: readonly SchemaField[]; texts: Texts }
  range: Range
  name: string
  notes: string
}

/** What is sent, and what cannot be: texts that are no values, by the path of their field. */
export interface Reading {
  body: NewSession
  problems: ReadonlyMap<string, string>
}

/** Reads the form. */
export function read(filled: Filled, now: number): Reading {
  const params = readAll(filled.params.fields, filled.params.texts, 'strategy_params')
  const settings = readAll(filled.settings.fields, filled.settings.texts, 'settings')
  const problems = new Map([...params.problems, ...settings.problems])
  if (filled.market === '') problems.set('market', 'Choose a market.')
  if (filled.strategy === '') problems.set('strategy', 'Choose a strategy.')
  const range = filled.type === 'backtest' ? rangeOf(filled.range, now) : { start: null, end: null }
  if (filled.type === 'backtest') {
    if (range.start === null) problems.set('range_start', 'Choose the first day.')
    if (range.end === null) problems.set('range_end', 'Choose the last day.')
    // Of whole days the end is behind the last one, so that the server would speak of an empty range.
    else if (range.start !== null && filled.range.end < filled.range.start)
      problems.set('range_end', 'Lies before the start.')
  }
  const name = filled.name.trim()
  return {
    problems,
    body: {
      type: filled.type,
      exchange: filled.exchange,
      market: filled.market,
      strategy: filled.strategy,
      strategy_params: params.values,
      settings: settings.values as NewSession['settings'],
      range_start: range.start,
      range_end: range.end,
      name: name === '' ? null : name,
      notes: filled.notes === '' ? null : filled.notes,
    },
  }
}
