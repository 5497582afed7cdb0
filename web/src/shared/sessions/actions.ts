import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { wordsOf } from '@/shared/api/errors'
import { keys, sessionQuery } from '@/shared/api/queries'
import type { Session, SessionDetail } from '@/shared/api/types'
import { useNotify } from '@/shared/ui/notices'
import { changeOpen, place, putSession, type OpenSession, type OpenSessions } from './open'
import { foreseen, markAsked, settle, type Action, type Asked } from './pending'

export type { Action } from './pending'

/** What has to be known of a session to ask something of it. */
export type Named = Pick<Session, 'id' | 'name'>

/** What was done, for notices. */
export const DONE: Record<Asked, string> = {
  start: 'started',
  stop: 'stopped',
  pause: 'paused',
  resume: 'resumed',
  restart: 'restarted',
  delete: 'deleted',
}

/** Asks the API for an action; answers the session as it is then. */
export async function perform(id: string, action: Action): Promise<SessionDetail> {
  return (await unwrap(api.POST(`/sessions/{id}/${action}`, { params: { path: { id } } }))).session
}

/** Deletes a session with its events and files. */
export async function remove(id: string): Promise<void> {
  await unwrap(api.DELETE('/sessions/{id}', { params: { path: { id } } }))
}

/** Forgets a deleted session everywhere. */
export function forget(client: QueryClient, id: string): void {
  settle(id)
  changeOpen(client, (open) => open.delete(id))
  client.removeQueries({ queryKey: keys.session(id) })
  void client.invalidateQueries({ queryKey: keys.history })
}

/** Shows what an action will lead to before the API has answered, for one session or many. */
export function foresee(client: QueryClient, ids: readonly string[], action: Asked): void {
  const open = client.getQueryData<OpenSessions>(keys.open)
  for (const id of ids) {
    const detail = client.getQueryData<SessionDetail>(keys.detail(id))
    markAsked(id, action, { session: open?.get(id), detail })
    const shown = detail && foreseen(detail)
    if (shown) client.setQueryData(keys.detail(id), shown)
  }
  changeOpen(client, (all) => {
    for (const id of ids) {
      const session = all.get(id)
      const shown = session && foreseen(session)
      if (shown && shown.status !== 'stopped') all.set(id, shown)
      else all.delete(id)
    }
  })
}

/** Shows a session as it is again, since the API refused; then asks how it stands, as it may have changed. */
export function takeBack(client: QueryClient, id: string): void {
  const truth = settle(id)
  if (truth?.session) {
    const session = truth.session as OpenSession
    changeOpen(client, (open) => place(open, session, Date.now()))
  }
  if (truth?.detail) client.setQueryData(keys.detail(id), truth.detail)
  client
    .query({ ...sessionQuery(id), staleTime: 0 })
    .then((session) => putSession(client, session))
    .catch(() => client.invalidateQueries({ queryKey: keys.open }))
}

/** Takes what the API answered to an action. */
export function confirmed(client: QueryClient, session: SessionDetail): void {
  settle(session.id)
  putSession(client, session)
}

/** Start, stop, pause, resume, restart: shown at once, taken back with the API's own words where it refuses. */
export function useAction() {
  const client = useQueryClient()
  const notify = useNotify()
  return useMutation({
    mutationFn: ({ session, action }: { session: Named; action: Action }) => perform(session.id, action),
    onMutate: ({ session, action }) => foresee(client, [session.id], action),
    onSuccess: (session, { action }) => {
      confirmed(client, session)
      notify(`${session.name} ${DONE[action]}`, 'success')
    },
    onError: (error, { session, action }) => {
      takeBack(client, session.id)
      notify(`${session.name} could not be ${DONE[action]}: ${wordsOf(error)}`, 'error')
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.history }),
  })
}
