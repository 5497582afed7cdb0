import { mdiContentCopy, mdiDelete, mdiPencilBox } from '@mdi/js'
import Box from '@mui/material/Box'
import { useState } from 'react'
import { DeleteDialog } from '@/shared/sessions/DeleteDialog'
import { mayAsk, offersFor } from '@/shared/sessions/offers'
import { isLive } from '@/shared/sessions/open'
import type { Action } from '@/shared/sessions/pending'
import { SessionButtons } from '@/shared/sessions/SessionButtons'
import { Icon } from '@/shared/ui/Icon'
import { IconAction } from '@/shared/ui/IconAction'
import { useAddresses } from '../address'
import { SmallLink } from '../SmallLink'
import type { Shown } from '../useSession'
import { useStale } from './Facts'

/** Where there is room for it, a session that runs well can be restarted too. */
function offered(session: Shown, stale: boolean): readonly Action[] {
  const offers = offersFor(session, stale)
  return isLive(session) && !offers.includes('restart') ? [...offers, 'restart'] : offers
}

interface Props {
  session: Shown
  onGone: () => void
}

/** What can be done with the session now. */
export function Actions({ session, onGone }: Props) {
  const addresses = useAddresses(session.id)
  const stale = useStale(session)
  const [deleting, setDeleting] = useState(false)
  const mayDelete = mayAsk(session, 'delete')
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
      <SessionButtons session={session} actions={offered(session, stale)} />
      {session.status === 'created' && (
        <SmallLink to={addresses.edit}>
          <Icon path={mdiPencilBox} fontSize="inherit" /> Edit
        </SmallLink>
      )}
      <SmallLink to={addresses.clone}>
        <Icon path={mdiContentCopy} fontSize="inherit" /> Clone
      </SmallLink>
      <IconAction
        label={mayDelete || !isLive(session) ? 'Delete' : 'Delete: stop the session first'}
        path={mdiDelete}
        disabled={!mayDelete}
        onClick={() => setDeleting(true)}
      />
      <DeleteDialog
        sessions={[session]}
        open={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={(ids) => ids.length > 0 && onGone()}
      />
    </Box>
  )
}
