import { lazy, Suspense, useState } from 'react'
import type { DeleteProps } from './DeleteQuestion'

const DeleteQuestion = lazy(async () => ({ default: (await import('./DeleteQuestion')).DeleteQuestion }))

/** Asks "Are you sure?", says what goes, and deletes. Its code is loaded when it is asked for first. */
export function DeleteDialog(props: DeleteProps) {
  const [wanted, setWanted] = useState(props.open)
  if (props.open && !wanted) setWanted(true)
  if (!wanted) return null
  return (
    <Suspense>
      <DeleteQuestion {...props} />
    </Suspense>
  )
}
