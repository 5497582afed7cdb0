import { mdiDownload } from '@mdi/js'
import Box from '@mui/material/Box'
import type { MouseEvent } from 'react'
import { ApiError, wordsOf } from '@/shared/api/errors'
import { bearer } from '@/shared/api/token'
import { Icon } from '@/shared/ui/Icon'
import { useNotify } from '@/shared/ui/notices'
import { SmallButton } from '@/shared/ui/SmallButton'
import { downloadOf, type Filter } from './filter'

/** All trades that the filter lets through, as a file. */
export function Downloads({ id, filter }: { id: string; filter: Filter }) {
  const notify = useNotify()
  const link = (format: 'csv' | 'json') => {
    const address = downloadOf(id, filter, format)
    const name = `trades_${id}.${format}`
    // The browser's own download knows no token.
    const fetched = (event: MouseEvent) => {
      const token = bearer()
      if (!token) return
      event.preventDefault()
      save(address, name, token).catch((error: unknown) => notify(wordsOf(error), 'error'))
    }
    return (
      <SmallButton as="a" {...{ href: address, download: name }} onClick={fetched}>
        <Icon path={mdiDownload} fontSize="inherit" /> {format.toUpperCase()}
      </SmallButton>
    )
  }
  return (
    <Box sx={{ display: 'flex', gap: 1, ml: 'auto' }} role="group" aria-label="Download">
      {link('csv')}
      {link('json')}
    </Box>
  )
}

async function save(address: string, name: string, token: string): Promise<void> {
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
  if (!response.ok) throw ApiError.of(await response.json().catch(() => null), response.status)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
