import { api, unwrap } from '@/shared/api/client'
import { ofRow, type Draft } from './entries'

/** As many as the API gives at once. */
const PAGE = 1_000
const MOST_PAGES = 20

/** Lines in front of those that are known, oldest first, and whether these are all. */
export interface Older {
  lines: Draft[]
  isAll: boolean
}

/**
 * Asks for the lines in front of the one that ends at `offset`. The API counts lines from the newest on, of which
 * more may have been written than are `known`: what is known already is passed over.
 */
export async function olderLines(id: string, known: number, offset: number): Promise<Older> {
  let from = Math.max(0, known - 1)
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { order: 'desc' as const, limit: PAGE, offset: from }
    const answer = await unwrap(api.GET('/sessions/{id}/logs', { params: { path: { id }, query } }))
    if (typeof answer !== 'object' || !('logs' in answer)) throw new Error('The API answered no lines.')
    const { logs, total } = answer
    const older = logs.filter((row) => row.offset < offset)
    const isAll = from + logs.length >= total
    if (older.length > 0 || isAll) return { lines: older.map(ofRow).reverse(), isAll }
    from += PAGE
  }
  return { lines: [], isAll: true }
}
