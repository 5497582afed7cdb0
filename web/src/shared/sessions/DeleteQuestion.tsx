import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Session } from '@/shared/api/types'
import { count } from '@/shared/format/numbers'
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog'
import { useBulk } from './bulk'

export interface DeleteProps {
  sessions: readonly Pick<Session, 'id' | 'name' | 'trade_count'>[]
  open: boolean
  onClose: () => void
  /** Called when the API has answered, with those that are gone. */
  onDeleted?: (ids: readonly string[]) => void
}

const NAMED = 5

export function DeleteQuestion({ sessions, open, onClose, onDeleted }: DeleteProps) {
  const { run } = useBulk()
  // While the dialog fades out it keeps saying what it asked.
  const [asked, setAsked] = useState(sessions)
  if (open && asked !== sessions) setAsked(sessions)
  const many = asked.length !== 1
  const title = many ? `Delete ${count(asked.length)} sessions?` : `Delete ${asked[0]?.name ?? ''}?`
  return (
    <ConfirmDialog
      open={open}
      title={title}
      action={many ? `Delete ${count(asked.length)} sessions` : 'Delete'}
      onClose={onClose}
      onConfirm={() => void run('delete', asked).then(({ done }) => onDeleted?.(done))}
    >
      <Typography gutterBottom>Are you sure? This cannot be undone.</Typography>
      <Typography>{whatGoes(asked)}</Typography>
      {many && <Names sessions={asked} />}
    </ConfirmDialog>
  )
}

function whatGoes(sessions: DeleteProps['sessions']): string {
  const trades = sessions.reduce((sum, session) => sum + session.trade_count, 0)
  const traded = trades === 0 ? 'trades' : trades === 1 ? '1 trade' : `${count(trades)} trades`
  const whose = sessions.length === 1 ? 'its' : 'their'
  return `What goes: the database row, ${whose} events, ${traded}, log, equity and files. Market data and clones stay.`
}

function Names({ sessions }: Pick<DeleteProps, 'sessions'>) {
  const more = sessions.length - NAMED
  return (
    <Typography component="ul" variant="body2" sx={{ pl: 2.5, mb: 0, overflowWrap: 'anywhere' }}>
      {sessions.slice(0, NAMED).map((session) => (
        <li key={session.id}>{session.name}</li>
      ))}
      {more > 0 && <li>and {count(more)} more</li>}
    </Typography>
  )
}
