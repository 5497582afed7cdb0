import { api, unwrap } from '@/shared/api/client'
import { ofRow, type Draft } from './entries'

/** As many as the API gives at once. */
const PAGE = 1_000

/** Lines in front of those that are known, oldest first, and whether these are all. */
export interface Older {
  lines: Draft[]
  isAll: boolean
}

/** Asks for the lines in front of the one that ends at `offset`. */
export async function olderLines(id: string, offset: number): Promise<Older> {
  const query = { order: 'desc' as const, limit: PAGE, before: offset }
  const answer = await unwrap(api.GET('/sessions/{id}/logs', { params: { path: { id }, query } }))
  if (typeof answer !== 'object' || !('logs' in answer)) throw new Error('The API answered no lines.')
  const { logs, total } = answer
  return { lines: logs.map(ofRow).reverse(), isAll: logs.length >= total }
}
