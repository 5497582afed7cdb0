import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { wordsOf } from '@/shared/api/errors'
import { keys } from '@/shared/api/queries'
import { count } from '@/shared/format/numbers'
import { useNotify } from '@/shared/ui/notices'
import { confirmed, DONE, foresee, forget, perform, remove, takeBack, type Named } from './actions'
import type { Asked } from './pending'

/** Requests at once: the API stays free for other things. */
const AT_ONCE = 6
const NAMED = 3

/** What came of asking many: ids of those it was done to, and why not, in the API's words, for the others. */
export interface Outcome {
  done: string[]
  refused: { name: string; why: string }[]
}

/** Works through `items`, some at a time, in their order. */
export async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}

/** One sentence about what came of it. */
export function summary(
  action: Asked,
  { done, refused }: Outcome,
  names: ReadonlyMap<string, string>,
): string {
  const [only] = done
  if (refused.length === 0) {
    const what =
      done.length === 1 && only ? (names.get(only) ?? '1 session') : `${count(done.length)} sessions`
    return `${what} ${DONE[action]}`
  }
  const [first] = refused
  if (first && refused.length === 1 && done.length === 0) {
    return `${first.name} could not be ${DONE[action]}: ${first.why}`
  }
  const told = refused.slice(0, NAMED).map(({ name, why }) => `${name}: ${why}`)
  if (refused.length > NAMED) told.push(`and ${count(refused.length - NAMED)} more`)
  const all = done.length + refused.length
  return `${count(done.length)} of ${count(all)} sessions ${DONE[action]}. ${told.join('; ')}`
}

/** Does one thing to many sessions: all shown at once, those that the API refuses taken back, one notice at the end. */
export function useBulk() {
  const client = useQueryClient()
  const notify = useNotify()
  const run = useCallback(
    async (action: Asked, sessions: readonly Named[]): Promise<Outcome> => {
      const outcome: Outcome = { done: [], refused: [] }
      const names = new Map(sessions.map(({ id, name }) => [id, name]))
      foresee(client, [...names.keys()], action)
      await inTurns(sessions, AT_ONCE, async ({ id, name }) => {
        try {
          if (action === 'delete') await remove(id).then(() => forget(client, id))
          else confirmed(client, await perform(id, action))
          outcome.done.push(id)
        } catch (error) {
          takeBack(client, id)
          outcome.refused.push({ name, why: wordsOf(error) })
        }
      })
      void client.invalidateQueries({ queryKey: keys.history })
      notify(summary(action, outcome, names), outcome.refused.length > 0 ? 'error' : 'success')
      return outcome
    },
    [client, notify],
  )
  return { run }
}
