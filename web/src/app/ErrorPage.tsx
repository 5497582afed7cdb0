import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Button from '@mui/material/Button'
import { useEffect } from 'react'
import { useRouteError } from 'react-router'
import { wordsOf } from '@/shared/api/errors'
import { isMissingFile, reloadOnce } from './reload'

/** Where a page itself broke. After an upgrade its files have new names, so loading anew is the first remedy. */
export function ErrorPage() {
  const error = useRouteError()
  const missing = isMissingFile(error)
  useEffect(() => {
    if (missing) void reloadOnce()
  }, [missing])
  return (
    <Alert
      severity="error"
      sx={{ m: 2 }}
      action={
        <Button color="inherit" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      }
    >
      <AlertTitle component="h1">This page could not be shown</AlertTitle>
      {missing
        ? 'A part of it could not be loaded. Either Botyard does not answer, or it was upgraded in the meantime.'
        : wordsOf(error)}
    </Alert>
  )
}
