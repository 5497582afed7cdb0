import { mdiArrowDown } from '@mdi/js'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { count } from '@/shared/format/numbers'
import { Icon } from '@/shared/ui/Icon'
import type { LogFeed, LogView } from './LogFeed'

interface Props {
  feed: LogFeed
  view: LogView
  onJump: () => void
}

/** Back to the end, with how much came there since one scrolled away. */
export function JumpToNewest({ feed, view, onJump }: Props) {
  const [last] = useState(() => view.shown.at(-1)?.key ?? -1)
  const fresh = view.shown.length - feed.buffer.placeOf(last + 1)
  return (
    <Button
      variant="contained"
      startIcon={<Icon path={mdiArrowDown} />}
      onClick={onJump}
      sx={{ position: 'absolute', bottom: 16, left: '50%', transform: 'translateX(-50%)', boxShadow: 4 }}
    >
      Jump to newest{fresh > 0 && ` (${count(fresh)} new)`}
    </Button>
  )
}
