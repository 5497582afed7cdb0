import { mdiChevronDown, mdiChevronUp, mdiClose, mdiPencil } from '@mdi/js'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { IconAction } from '@/shared/ui/IconAction'
import type { Shown } from '../useSession'
import { Actions } from './Actions'
import { Facts, StateLine } from './Facts'
import { NameForm } from './NameForm'
import { StateNotice } from './StateNotice'

interface Props {
  session: Shown
  titleId: string
  /** On a phone what is not needed all the time is folded away: the tab needs the height. */
  compact: boolean
  onClose: () => void
}

/** Who the session is, how it stands, and what can be done with it. */
export function Head({ session, titleId, compact, onClose }: Props) {
  const [editing, setEditing] = useState(false)
  const [unfolded, setUnfolded] = useState(false)
  const folds = { display: { xs: compact && !unfolded && !editing ? 'none' : 'block', sm: 'block' } }
  return (
    <Box
      component="header"
      sx={{ px: { xs: 1.5, sm: 2.5 }, pt: 1.5, flexShrink: 0, maxHeight: '60dvh', overflowY: 'auto' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', columnGap: 1 }}>
        <Typography variant="h2" id={titleId} sx={{ overflowWrap: 'anywhere', fontSize: '1.2rem' }}>
          {session.name}
        </Typography>
        <IconAction
          label="Edit name and notes"
          path={mdiPencil}
          aria-expanded={editing}
          onClick={() => setEditing(!editing)}
        />
        {compact && (
          <Box sx={{ display: { sm: 'none' } }}>
            <IconAction
              label="More about the session"
              path={unfolded ? mdiChevronUp : mdiChevronDown}
              aria-expanded={unfolded}
              onClick={() => setUnfolded(!unfolded)}
            />
          </Box>
        )}
        <Box sx={{ flex: 1 }} />
        {/* On a phone the buttons have a row of their own, below name and Close. */}
        <Box sx={{ order: { xs: 1, sm: 0 }, width: { xs: '100%', sm: 'auto' } }}>
          <Actions session={session} onGone={onClose} />
        </Box>
        <IconAction label="Close" path={mdiClose} edge="end" onClick={onClose} />
      </Box>
      <StateLine session={session} />
      <Box sx={folds}>
        <Facts session={session} />
        {editing ? (
          <NameForm session={session} onDone={() => setEditing(false)} />
        ) : (
          session.notes && <Notes text={session.notes} />
        )}
      </Box>
      <StateNotice session={session} />
      <Box sx={folds}>
        <OriginNotice exchanges={[session.exchange]} />
      </Box>
    </Box>
  )
}

function Notes({ text }: { text: string }) {
  return (
    <Typography
      variant="body2"
      title={text}
      sx={{
        mb: 1,
        pl: 1,
        borderLeft: 3,
        borderColor: 'divider',
        whiteSpace: 'pre-line',
        overflowWrap: 'anywhere',
        display: '-webkit-box',
        WebkitBoxOrient: 'vertical',
        WebkitLineClamp: '3',
        overflow: 'hidden',
      }}
    >
      <Box component="span" sx={{ color: 'text.secondary' }}>
        Notes:{' '}
      </Box>
      {text}
    </Typography>
  )
}
