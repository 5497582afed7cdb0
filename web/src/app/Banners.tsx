import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiError } from '@/shared/api/errors'
import { readyQuery } from '@/shared/api/queries'
import { useLive } from '@/shared/live/LiveProvider'

interface PartState {
  ok: boolean
  message: string
}

/** What each part is for: what still works, and what does not, while it is down. */
const MEANING: Record<string, string> = {
  database: 'The database is down. Sessions trade on; what is shown may be old.',
  supervisor: 'The supervisor is down. Sessions trade on; none can be started or stopped until it is back.',
  zygote: 'The launcher is getting ready. Sessions can be started in a moment.',
}

/** What is wrong with the installation, told once, above every page. */
export function Banners() {
  const { state, retry } = useLive()
  const client = useQueryClient()
  const { error } = useQuery(readyQuery)
  const lost = state === 'lost'
  useEffect(() => {
    if (lost) void client.invalidateQueries({ queryKey: readyQuery.queryKey })
  }, [client, lost])
  // The API answers again: the connection need not wait for its turn.
  const unreachable = error instanceof ApiError && error.status === 0
  useEffect(() => {
    if (!unreachable) retry()
  }, [retry, unreachable])
  const texts = troubles(error)
  if (texts.length === 0 && lost)
    texts.push('The live connection is lost. Trying again; what is shown may be old.')
  return (
    <Stack spacing={1} sx={{ mb: texts.length > 0 ? 2 : 0 }} role="status">
      {texts.map((text) => (
        <Alert
          key={text}
          severity="warning"
          action={
            lost && (
              <Button color="inherit" onClick={retry}>
                Try now
              </Button>
            )
          }
        >
          {text}
        </Alert>
      ))}
    </Stack>
  )
}

function troubles(error: Error | null): string[] {
  if (!(error instanceof ApiError)) return []
  if (error.status === 0)
    return ['The API does not answer. Sessions trade on by themselves; this page waits for it.']
  const parts = error.details.parts
  if (typeof parts !== 'object' || parts === null) return [error.message]
  const down = Object.entries(parts as Record<string, PartState>).filter(([, part]) => !part.ok)
  // Of a launcher nothing is known while the supervisor is away.
  const told = down.filter(([name]) => name !== 'zygote' || !down.some(([other]) => other === 'supervisor'))
  return told.map(([name, part]) => `${MEANING[name] ?? name} (${part.message})`)
}
