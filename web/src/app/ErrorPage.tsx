import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Button from '@mui/material/Button'
import { useRouteError } from 'react-router'
import { wordsOf } from '@/shared/api/errors'

/** Where a page itself broke. After an upgrade its files have new names, so loading anew is the first remedy. */
export function ErrorPage() {
  const error = useRouteError()
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
      <AlertTitle>This page could not be shown</AlertTitle>
      {wordsOf(error)}
    </Alert>
  )
}
