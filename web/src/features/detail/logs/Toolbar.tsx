import { mdiPause, mdiPlay, mdiWrap, mdiWrapDisabled } from '@mdi/js'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import type { ReactNode } from 'react'
import { IconAction } from '@/shared/ui/IconAction'
import { SelectField } from '@/shared/ui/SelectField'
import type { Level } from './entries'
import { Keys } from './Keys'
import type { LogFeed, LogView } from './LogFeed'
import type { Settings } from './useSettings'

const LEVEL_OPTIONS: { value: Level; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'info', label: 'Info' },
  { value: 'trade', label: 'Trade' },
  { value: 'warn', label: 'Warn' },
  { value: 'error', label: 'Error' },
]

interface Props {
  feed: LogFeed
  view: LogView
  settings: Settings
  following: boolean
  onFollow: (following: boolean) => void
  /** The field that searches, and what downloads. */
  find: ReactNode
  download: ReactNode
}

export function Toolbar({ feed, view, settings, following, onFollow, find, download }: Props) {
  return (
    <Box
      role="toolbar"
      aria-label="Log"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 1,
        rowGap: 1.25,
        pt: 1.25,
        pb: 1,
      }}
    >
      <SelectField
        label="Filter"
        value={settings.level}
        options={LEVEL_OPTIONS}
        onChange={settings.setLevel}
        width={92}
      />
      <Choice label="Auto-scroll" checked={following} onChange={onFollow} />
      <Choice label="Heartbeats" checked={settings.heartbeats} onChange={settings.setHeartbeats} />
      {find}
      <Box sx={{ display: 'flex', alignItems: 'center', ml: 'auto' }}>
        <Box sx={{ display: { xs: 'none', sm: 'flex' } }}>
          <IconAction
            label={settings.wrapped ? 'Do not wrap long lines' : 'Wrap long lines'}
            path={settings.wrapped ? mdiWrapDisabled : mdiWrap}
            onClick={() => settings.setWrapped(!settings.wrapped)}
          />
          <Keys />
        </Box>
        {download}
        <IconAction
          label={view.paused ? 'Resume' : 'Pause'}
          path={view.paused ? mdiPlay : mdiPause}
          onClick={() => feed.setPaused(!view.paused)}
        />
        <Button onClick={view.cleared ? feed.showAll : feed.clear} sx={{ minWidth: 0, whiteSpace: 'nowrap' }}>
          {view.cleared ? 'Show all' : 'Clear'}
        </Button>
      </Box>
    </Box>
  )
}

interface ChoiceProps {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}

function Choice({ label, checked, onChange }: ChoiceProps) {
  return (
    <FormControlLabel
      label={label}
      slotProps={{ typography: { variant: 'body2' } }}
      sx={{ mr: 0.5, ml: -0.75 }}
      control={
        <Checkbox
          size="small"
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
          sx={{ p: 0.5 }}
        />
      }
    />
  )
}
