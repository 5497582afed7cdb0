import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiError } from '@/shared/api/errors'
import { readyQuery } from '@/shared/api/queries'
import { useLive } from '@/shared/live/LiveProvider'
import { troubles } from './troubles'

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
