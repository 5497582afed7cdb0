import type { Figure, FigureGroup, SessionDetail } from '@/shared/api/types'
import { isResult, valueOf } from '@/shared/format/figures'
import { NONE, plain } from '@/shared/format/numbers'
import { bestOf } from './directions'

/** One line of the comparison: a cell for each session. */
export interface Row {
  key: string
  label: string
  meaning: string
  cells: readonly string[]
  best: ReadonlySet<number>
  /** Whether the sessions are not all the same in it. */
  differs: boolean
}

export interface Section {
  title: string
  rows: Row[]
}

/** What a session is compared by: its figures, in the currency that it settles in. */
export interface Subject {
  session: SessionDetail
  metrics: Readonly<Record<string, unknown>>
}

const NO_BEST: ReadonlySet<number> = new Set()

/** The parameters of the strategies, and the settings behind them. */
export function parameterSections(sessions: readonly SessionDetail[]): Section[] {
  return [
    { title: 'Parameters', rows: valueRows(sessions.map((session) => flat(session.strategy_params))) },
    { title: 'Settings', rows: valueRows(sessions.map((session) => flat(session.settings))) },
  ].filter(({ rows }) => rows.length > 0)
}

/** Every figure that at least one of the sessions has, in the groups of the catalogue. */
export function figureSections(groups: readonly FigureGroup[], subjects: readonly Subject[]): Section[] {
  return groups
    .map(({ title, figures }) => ({
      title,
      rows: figures.filter(({ unit }) => unit !== 'table').flatMap((figure) => figureRow(figure, subjects)),
    }))
    .filter(({ rows }) => rows.length > 0)
}

/** The sections without rows in which all sessions are the same. */
export function differing(sections: readonly Section[]): Section[] {
  return sections
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => row.differs) }))
    .filter(({ rows }) => rows.length > 0)
}

function figureRow({ key, label, unit, meaning }: Figure, subjects: readonly Subject[]): Row[] {
  const values = subjects.map(({ metrics }) => metrics[key])
  if (values.every((value) => value == null)) return []
  const settles = subjects.map(({ session, metrics }) => session.settle ?? textOf(metrics.settle))
  // Amounts of different currencies have no best.
  const comparable = unit !== 'settle' || new Set(settles).size === 1
  const numbers = values.map((value) => (typeof value === 'number' ? value : null))
  const sign = isResult({ key, unit })
  const cells = values.map((value, index) => valueOf(value, unit, settles[index] ?? '', { sign }))
  return [
    {
      key,
      label,
      meaning,
      cells,
      best: comparable ? bestOf(key, numbers) : NO_BEST,
      differs: new Set(cells).size > 1,
    },
  ]
}

function valueRows(values: readonly ReadonlyMap<string, unknown>[]): Row[] {
  const names = [...new Set(values.flatMap((one) => [...one.keys()]))]
  return names.map((name) => {
    const cells = values.map((one) => (one.has(name) ? words(one.get(name)) : NONE))
    return {
      key: name,
      label: name.replaceAll('_', ' ').replaceAll('.', ': '),
      meaning: '',
      cells,
      best: NO_BEST,
      differs: new Set(cells).size > 1,
    }
  })
}

/** Values by their paths: `restart.policy`. */
function flat(values: object, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, one] of flat(value, `${prefix}${name}.`)) found.set(inner, one)
    } else found.set(prefix + name, value)
  }
  return found
}

function words(value: unknown): string {
  if (value == null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return plain(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
