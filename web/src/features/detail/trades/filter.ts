import type { TradesQuery } from '@/shared/api/types'
import { asText, sortOf, type Sort } from '@/shared/url/sort'

export const SORTABLE = [
  'exit_time',
  'side',
  'entry_price',
  'exit_price',
  'size',
  'pnl',
  'fees',
  'funding',
  'duration',
  'entry_reason',
  'exit_reason',
] as const
export type SortField = (typeof SORTABLE)[number]

export const SIZES = [20, 50, 100, 200] as const

/** Which trades are shown, as the address says it. */
export interface Filter {
  side: 'LONG' | 'SHORT' | ''
  result: 'won' | 'lost' | ''
  /** Of the exit, as local date and time: 2024-01-22T14:32. */
  from: string
  to: string
  text: string
  sort: Sort<SortField>
  page: number
  size: number
}

/** `param` reads a parameter of the tab. */
export function filterOf(param: (name: string) => string | null): Filter {
  const side = param('side')
  const result = param('result')
  const [page, size] = [Number(param('page')), Number(param('size'))]
  return {
    side: side === 'LONG' || side === 'SHORT' ? side : '',
    result: result === 'won' || result === 'lost' ? result : '',
    from: param('from') ?? '',
    to: param('to') ?? '',
    text: param('text') ?? '',
    sort: sortOf(param('sort'), SORTABLE, { field: 'exit_time', descending: true }),
    page: Number.isInteger(page) && page > 1 ? page : 1,
    size: SIZES.find((one) => one === size) ?? SIZES[0],
  }
}

export function isNarrow({ side, result, from, to, text }: Filter): boolean {
  return [side, result, from, to, text].some(Boolean)
}

/** Whether a new trade comes at its top. */
export function isNewestFirst({ sort, page }: Filter): boolean {
  return sort.field === 'exit_time' && sort.descending && page === 1
}

export const EVERYTHING = { side: null, result: null, from: null, to: null, text: null, page: null }

/** What the filter lets through: for a page as for a download. */
export function conditions({ side, result, from, to, text }: Filter): TradesQuery {
  const start = secondsOf(from)
  const end = secondsOf(to)
  return {
    ...(side && { side }),
    ...(result && { won: result === 'won' }),
    ...(start !== null && { start }),
    ...(end !== null && { end }),
    ...(text.trim() && { text: text.trim() }),
  }
}

/** The question for one page. */
export function questionOf(filter: Filter): TradesQuery {
  const { sort, page, size } = filter
  return { ...conditions(filter), sort: asText(sort), limit: size, offset: (page - 1) * size }
}

/** Address of the file with all trades that the filter lets through. */
export function downloadOf(id: string, filter: Filter, format: 'csv' | 'json'): string {
  const params = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(conditions(filter))) params.set(name, String(value))
  return `/sessions/${id}/trades?${params.toString()}`
}

/** Unix seconds of a local date and time; null for what is none. */
export function secondsOf(local: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local)) return null
  const at = new Date(local).getTime()
  return Number.isNaN(at) || at < 0 ? null : Math.floor(at / 1000)
}
