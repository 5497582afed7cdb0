import { useCallback } from 'react'
import { ApiError, unreachable, wordsOf } from '@/shared/api/errors'
import { bearer } from '@/shared/api/token'
import { useNotify } from './notices'

/** Saves what is at a path of the API as a file, under the name that the API gives it. */
export function useDownload(): (path: string) => void {
  const notify = useNotify()
  return useCallback(
    (path) => {
      const token = bearer()
      // Without a token the browser takes it by itself, however large it is.
      if (!token) save(path)
      else
        fetched(path, token).catch((error: unknown) =>
          notify(`The file could not be loaded: ${wordsOf(error)}`, 'error'),
        )
    },
    [notify],
  )
}

function save(address: string, name = ''): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

/** A link cannot carry a token, so the file comes by way of the page. */
async function fetched(path: string, token: string): Promise<void> {
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` } }).catch(
    (error: unknown) => {
      throw unreachable(error)
    },
  )
  if (!response.ok) throw ApiError.of(await response.json().catch(() => null), response.status)
  const address = URL.createObjectURL(await response.blob())
  save(address, nameOf(response.headers.get('Content-Disposition')))
  // The browser has begun to read it by then.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** The name in `attachment; filename="log.csv"`. */
export function nameOf(disposition: string | null): string {
  return /filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? 'download'
}
