import Box from '@mui/material/Box'
import { memo, useState } from 'react'
import type { SessionEvent } from '@/shared/api/types'
import { Moment } from '@/shared/ui/Time'
import { wordsForEvent, type EventType } from './words'

const COLOURS: Partial<Record<EventType, string>> = {
  failed: 'error.main',
  error: 'error.main',
  stale: 'warning.main',
}

/** One event: when, what; it opens to show all that was written down. */
export const EventRow = memo(function EventRow({ event }: { event: SessionEvent }) {
  const [open, setOpen] = useState(false)
  return (
    <Box component="li" sx={{ fontSize: '0.875rem' }}>
      <Box
        component="details"
        onToggle={(toggled) => setOpen(toggled.currentTarget.open)}
        sx={{
          '& > summary': { cursor: 'pointer', px: 1.5, py: 0.6, overflowWrap: 'anywhere' },
          '& > summary:hover': { bgcolor: 'action.hover' },
          '& > summary:focus-visible': { outline: 2, outlineColor: 'primary.main' },
        }}
      >
        <summary>
          <Box component="span" sx={{ color: 'text.secondary', mr: 1.5, whiteSpace: 'nowrap' }}>
            <Moment seconds={event.timestamp} />
          </Box>
          <Box component="span" sx={{ color: COLOURS[event.event_type] ?? 'inherit' }}>
            {wordsForEvent(event)}
          </Box>
        </summary>
        {open && <Details data={event.event_data} />}
      </Box>
    </Box>
  )
})

function Details({ data }: { data: object }) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="region"
      aria-label="All that was written down"
      sx={{
        m: 0,
        px: 1.5,
        py: 1,
        maxHeight: 360,
        overflow: 'auto',
        fontSize: '0.75rem',
        bgcolor: 'action.hover',
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
      }}
    >
      {JSON.stringify(data, null, 2)}
    </Box>
  )
}
