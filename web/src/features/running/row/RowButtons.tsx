import { mdiClose } from '@mdi/js'
import { memo } from 'react'
import { Link } from 'react-router'
import type { OpenSession } from '@/shared/sessions/open'
import { mayAsk, offersFor } from '@/shared/sessions/offers'
import { SessionButtons } from '@/shared/sessions/SessionButtons'
import { Icon } from '@/shared/ui/Icon'
import { SmallButton } from '@/shared/ui/SmallButton'
import type { Group } from '../groups'
import { Buttons } from './parts'

interface Props {
  session: OpenSession
  group: Group
  search: string
  onDelete: (sessions: readonly OpenSession[]) => void
}

/** What can be done with a session, by its group. Heartbeats do not touch it. */
export const RowButtons = memo(
  function RowButtons({ session, group, search, onDelete }: Props) {
    const { id, name } = session
    const link = (where: string, label: string) => (
      <SmallButton
        as={Link}
        {...{ to: { pathname: `/running/${where}`, search }, preventScrollReset: true }}
        data-control={label}
        aria-label={`${label} ${name}`}
      >
        {label}
      </SmallButton>
    )
    const created = group === 'created'
    return (
      <Buttons>
        <SessionButtons session={session} actions={offersFor(session, group === 'stale')} />
        {created ? link(`edit/${id}`, 'Edit') : link(id, 'View')}
        {(created || group === 'failed') && (
          <SmallButton
            data-control="delete"
            aria-label={`Delete ${name}`}
            title="Delete"
            disabled={!mayAsk(session, 'delete')}
            onClick={() => onDelete([session])}
          >
            {created ? <Icon path={mdiClose} sx={{ fontSize: '1rem' }} /> : 'Delete'}
          </SmallButton>
        )}
      </Buttons>
    )
  },
  (one, other) =>
    one.group === other.group &&
    one.search === other.search &&
    one.onDelete === other.onDelete &&
    one.session.id === other.session.id &&
    one.session.name === other.session.name &&
    one.session.status === other.session.status &&
    one.session.allowed.join() === other.session.allowed.join(),
)
