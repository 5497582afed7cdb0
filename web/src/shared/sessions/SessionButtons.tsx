import type { Session } from '@/shared/api/types'
import { SmallButton } from '@/shared/ui/SmallButton'
import { useAction } from './actions'
import { ACTIONS, mayAsk } from './offers'
import type { Action } from './pending'

interface Props {
  session: Pick<Session, 'id' | 'name' | 'status' | 'allowed'>
  /** Which buttons, in their order: `offersFor(session, stale)` are those that fit. */
  actions: readonly Action[]
}

/** Buttons that start, stop, pause, resume, restart a session. They cannot be pressed twice: see `foresee`. */
export function SessionButtons({ session, actions }: Props) {
  const { mutate } = useAction()
  return actions.map((action) => (
    <SmallButton
      key={action}
      data-control={action}
      aria-label={`${ACTIONS[action].label} ${session.name}`}
      disabled={!mayAsk(session, action)}
      onClick={() => mutate({ session, action })}
    >
      {ACTIONS[action].label}
    </SmallButton>
  ))
}
