import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { wordsOf } from '@/shared/api/errors'
import { keys } from '@/shared/api/queries'
import type { Session, SessionDetail, Status } from '@/shared/api/types'
import { useNotify } from '@/shared/ui/notices'
import { changeOpen, putSession, type OpenSessions } from './open'

export type Action = 'start' | 'stop' | 'pause' | 'resume' | 'restart'

/** What a session is once an action has done its work. */
const RESULT: Record<Action, Status> = {
  start: 'running',
  stop: 'stopped',
  pause: 'paused',
  resume: 'running',
  restart: 'running',
}

const DONE: Record<Action, string> = {
  start: 'started',
  stop: 'stopped',
  pause: 'paused',
  resume: 'resumed',
  restart: 'restarted',
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
  changeOpen(client, (open) => open.delete(id))
  client.removeQueries({ queryKey: keys.session(id) })
  void client.invalidateQueries({ queryKey: keys.history })
}

/** Shows an action's result before it is there; answers what undoes that. */
export function foresee(client: QueryClient, id: string, action: Action): () => void {
  const open = client.getQueryData<OpenSessions>(keys.open)?.get(id)
  const detail = client.getQueryData<SessionDetail>(keys.detail(id))
  const now = Date.now()
  const status = RESULT[action]
  const started = action === 'start' || action === 'restart'
  const foreseen = <S extends Session>(session: S): S => ({
    ...session,
    status,
    allowed: [],
    ...(started ? { started_at: Math.floor(now / 1000), is_stale: false, heardAt: now } : {}),
  })
  if (open) {
    changeOpen(client, (all) => {
      if (status === 'stopped') all.delete(id)
      else all.set(id, foreseen(open))
    })
  }
  if (detail) client.setQueryData(keys.detail(id), foreseen(detail))
  return () => {
    if (open) changeOpen(client, (all) => all.set(id, open))
    if (detail) client.setQueryData(keys.detail(id), detail)
  }
}

/** Start, stop, pause, resume, restart: shown at once, taken back with the API's own words where it refuses. */
export function useAction() {
  const client = useQueryClient()
  const notify = useNotify()
  return useMutation({
    mutationFn: ({ session, action }: { session: Pick<Session, 'id' | 'name'>; action: Action }) =>
      perform(session.id, action),
    onMutate: ({ session, action }) => ({ undo: foresee(client, session.id, action) }),
    onSuccess: (session, { action }) => {
      putSession(client, session)
      notify(`${session.name} ${DONE[action]}`, 'success')
    },
    onError: (error, { session, action }, context) => {
      context?.undo()
      notify(`${session.name} could not be ${DONE[action]}: ${wordsOf(error)}`, 'error')
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.history }),
  })
}
