import type { Catalogue } from '@/shared/api/types'

export type Group = Catalogue['groups'][number]
export type Figure = Group['figures'][number]

/** A row of a table of figures. */
export interface TableRow {
  name: string
  values: Readonly<Record<string, unknown>>
}

/** Groups with the figures whose label, meaning or name have all the words; groups without any are left out. */
export function searched(groups: readonly Group[], text: string): readonly Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups
  return groups.flatMap((group) => {
    const figures = group.figures.filter((figure) => {
      const where = `${group.title} ${figure.label} ${figure.meaning} ${figure.key}`.toLowerCase()
      return words.every((word) => where.includes(word))
    })
    return figures.length > 0 ? [{ ...group, figures }] : []
  })
}

/**
 * Rows of a table. What is told of one thing, such as the long trades, is one row; what is told by name has a row
 * for each, and a row of returns alone has the return.
 */
export function rowsOf(figure: Figure, value: unknown): TableRow[] {
  if (!isRecord(value)) return []
  const entries = Object.entries(value)
  const single = entries.length > 0 && entries.every(([, one]) => !isRecord(one)) && 'trade_count' in value
  if (single) return [{ name: figure.label, values: value }]
  return entries.map(([name, one]) => ({ name, values: isRecord(one) ? one : { return: one } }))
}

/** Columns of which a table has any values, in the catalogue's order. */
export function columnsOf(columns: readonly Figure[], rows: readonly TableRow[]): Figure[] {
  return columns.filter(({ key }) => rows.some(({ values }) => values[key] !== undefined))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
