import Button from '@mui/material/Button'
import { ApiError } from '@/shared/api/errors'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { FormDialog } from './FormDialog'
import { useToList } from './place'

/** The form while what it needs is loaded, or could not be. */
export function Waiting({
  title,
  error,
  onRetry,
}: {
  title: string
  error: Error | null
  onRetry: () => void
}) {
  const toList = useToList()
  // An id that cannot be one is refused with 422; for a reader both mean the same.
  const gone = error instanceof ApiError && (error.status === 404 || error.status === 422)
  return (
    <FormDialog title={title} onClose={toList}>
      {gone && (
        <Empty title="There is no such session">
          <p>It may have been deleted, or the address is not complete.</p>
          <Button onClick={toList} variant="outlined">
            To the list
          </Button>
        </Empty>
      )}
      {error && !gone && <Failure error={error} onRetry={onRetry} />}
      {!error && <RowSkeletons rows={6} height={56} />}
    </FormDialog>
  )
}
