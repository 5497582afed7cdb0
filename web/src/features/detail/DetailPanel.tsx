import Drawer from '@mui/material/Drawer'
import { useCallback, useId } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAddresses } from './address'
import { Panel } from './Panel'

/** A session, slid in over its list; on a phone the whole page. */
export function DetailPanel() {
  const { id = '', tab } = useParams()
  const { list } = useAddresses(id)
  const navigate = useNavigate()
  const close = useCallback(() => void navigate(list), [navigate, list])
  const titleId = useId()
  return (
    <Drawer
      open
      anchor="right"
      onClose={close}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-labelledby': titleId,
          sx: { width: { xs: '100%', md: 900 }, maxWidth: '100%', height: '100dvh', overflow: 'hidden' },
        },
      }}
    >
      <Panel key={id} id={id} tab={tab} titleId={titleId} onClose={close} />
    </Drawer>
  )
}
