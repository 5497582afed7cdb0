import { Failure, RowSkeletons } from '@/shared/ui/states'
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
  return (
    <FormDialog title={title} onClose={toList}>
      {error ? <Failure error={error} onRetry={onRetry} /> : <RowSkeletons rows={6} height={56} />}
    </FormDialog>
  )
}
