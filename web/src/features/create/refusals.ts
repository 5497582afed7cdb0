import { useState } from 'react'
import { ApiError, type FieldProblem } from '@/shared/api/errors'
import type { NewSession } from '@/shared/api/types'
import type { Filled } from './body'
import { objectOf } from './schema'
import type { Target } from './submit'

const NOTHING: readonly FieldProblem[] = []

/** What the server refused when the form was sent, as long as the values are still those that it refused. */
export function useRefusals(error: Error | null, body: NewSession): readonly FieldProblem[] {
  const [seen, setSeen] = useState<{ error: Error | null; body: NewSession }>({ error, body })
  if (seen.error !== error) setSeen({ error, body })
  if (!(error instanceof ApiError)) return NOTHING
  return error.fields.filter(({ field }) => same(valueAt(seen.body, field), valueAt(body, field)))
}

function valueAt(body: NewSession, path: string): unknown {
  return path.split('.').reduce<unknown>((place, part) => objectOf(place)[part], body)
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Paths of the fields that are shown: what is wrong with others is told above them. */
export function pathsOf(filled: Filled, target: Target): ReadonlySet<string> {
  const paths = ['name', 'notes']
  if (target.kind === 'new') paths.push('type', 'exchange', 'market', 'strategy')
  if (target.kind === 'edit' && target.nameOnly) return new Set(paths)
  if (filled.type === 'backtest') paths.push('range_start', 'range_end')
  paths.push(...filled.params.fields.map((field) => `strategy_params.${field.name}`))
  paths.push(...filled.settings.fields.map((field) => `settings.${field.name}`))
  return new Set(paths)
}
