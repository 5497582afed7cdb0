import { mdiDeleteOutline, mdiPause, mdiPlay, mdiPlayPause, mdiRestart, mdiStop } from '@mdi/js'
import type { Session } from '@/shared/api/types'
import type { Action, Asked } from './pending'

/** How an action is called, what it says while the API is at it, and its sign. */
export const ACTIONS: Record<Asked, { label: string; doing: string; path: string }> = {
  start: { label: 'Start', doing: 'Starting', path: mdiPlay },
  stop: { label: 'Stop', doing: 'Stopping', path: mdiStop },
  pause: { label: 'Pause', doing: 'Pausing', path: mdiPause },
  resume: { label: 'Resume', doing: 'Resuming', path: mdiPlayPause },
  restart: { label: 'Restart', doing: 'Restarting', path: mdiRestart },
  delete: { label: 'Delete', doing: 'Deleting', path: mdiDeleteOutline },
}

/** Whether the API would do it now. Restart is a stop, where it runs, and a start. */
export function mayAsk(session: Pick<Session, 'status' | 'allowed'>, action: Asked): boolean {
  if (action === 'delete') return mayDelete(session)
  if (action !== 'restart') return session.allowed.includes(action)
  return (
    session.status !== 'created' && (session.allowed.includes('stop') || session.allowed.includes('start'))
  )
}

/** Only what has no process can be deleted. */
function mayDelete({ status, allowed }: Pick<Session, 'status' | 'allowed'>): boolean {
  if (status === 'running' || status === 'paused') return false
  return status === 'completed' || allowed.length > 0
}

/** The actions that a session's state calls for, the likeliest first. */
export function offersFor(session: Pick<Session, 'status'>, stale = false): readonly Action[] {
  switch (session.status) {
    case 'created':
      return ['start']
    case 'running':
      return stale ? ['restart', 'stop'] : ['stop', 'pause']
    case 'paused':
      return stale ? ['restart', 'stop'] : ['resume', 'stop']
    case 'stopped':
      return ['start']
    case 'failed':
      return ['restart']
    case 'completed':
      return []
  }
}
