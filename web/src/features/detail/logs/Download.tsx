import { mdiDownload } from '@mdi/js'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useState } from 'react'
import { IconAction } from '@/shared/ui/IconAction'
import { useDownload } from '@/shared/ui/useDownload'
import type { Level } from './entries'

interface Props {
  id: string
  level: Level
  text: string
}

/** The log as a file: all of it, or what level and text ask for. */
export function Download({ id, level, text }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const download = useDownload()
  const filter = filterOf(level, text)
  const item = (format: 'json' | 'csv', asked: Record<string, string>, label: string) => (
    <MenuItem
      onClick={() => {
        setAnchor(null)
        download(`/sessions/${id}/logs?${new URLSearchParams({ format, ...asked }).toString()}`)
      }}
    >
      {label} as {format.toUpperCase()}
    </MenuItem>
  )
  return (
    <>
      <IconAction
        label="Download"
        path={mdiDownload}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {item('csv', {}, 'Whole log')}
        {item('json', {}, 'Whole log')}
        {filter && item('csv', filter, wordsOf(level, text))}
        {filter && item('json', filter, wordsOf(level, text))}
      </Menu>
    </>
  )
}

function filterOf(level: Level, text: string): Record<string, string> | null {
  const filter = { ...(level === 'all' ? {} : { level }), ...(text ? { text } : {}) }
  return Object.keys(filter).length > 0 ? filter : null
}

function wordsOf(level: Level, text: string): string {
  const lines = level === 'all' ? 'Lines' : `${level.toUpperCase()} lines`
  return text ? `${lines} with \u201c${text}\u201d` : lines
}
