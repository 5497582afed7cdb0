import { mdiDeleteOutline, mdiEyeOutline, mdiPlay, mdiRefresh, mdiRestart } from '@mdi/js'
import Box from '@mui/material/Box'
import { memo, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Session } from '@/shared/api/types'
import { useAction } from '@/shared/sessions/actions'
import { mayAsk, offersFor } from '@/shared/sessions/offers'
import { RowButton, RowLink } from './RowIcon'

interface Props {
  session: Session
  onDelete: (session: Session) => void
}

/** Clone, view, start again, delete. */
export const RowActions = memo(function RowActions({ session, onDelete }: Props) {
  const { mutate } = useAction()
  const addresses = useRowAddresses(session.id)
  const [action] = offersFor(session)
  return (
    <Box sx={{ display: 'inline-flex' }}>
      <RowLink to={addresses.clone} label={`Clone ${session.name}`} path={mdiRefresh} />
      <RowLink to={addresses.view} label={`View ${session.name}`} path={mdiEyeOutline} />
      {action && (
        <RowButton
          label={`${action === 'restart' ? 'Restart' : 'Start again'}: ${session.name}`}
          path={action === 'restart' ? mdiRestart : mdiPlay}
          disabled={!mayAsk(session, action)}
          onClick={() => mutate({ session, action })}
        />
      )}
      <RowButton
        label={`Delete ${session.name}`}
        path={mdiDeleteOutline}
        disabled={!mayAsk(session, 'delete')}
        onClick={() => onDelete(session)}
      />
    </Box>
  )
})

/** Addresses of what opens over the list, which keeps its filter. */
export function useRowAddresses(id: string) {
  const [params] = useSearchParams()
  const search = params.toString()
  return useMemo(
    () => ({
      view: { pathname: `/history/${id}`, search: search && `?${search}` },
      clone: { pathname: '/history/new', search: `?${search && `${search}&`}clone=${id}` },
    }),
    [id, search],
  )
}
