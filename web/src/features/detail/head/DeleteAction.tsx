import { mdiDelete } from '@mdi/js'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { wordsOf } from '@/shared/api/errors'
import { count } from '@/shared/format/numbers'
import { forget, remove } from '@/shared/sessions/actions'
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog'
import { IconAction } from '@/shared/ui/IconAction'
import { useNotify } from '@/shared/ui/notices'
import type { Shown } from '../useSession'

/** Deletes the session once that is confirmed, and leaves its panel. */
export function DeleteAction({ session, onGone }: { session: Shown; onGone: () => void }) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const notify = useNotify()
  const removal = useMutation({
    mutationFn: () => remove(session.id),
    onSuccess: () => {
      onGone()
      forget(client, session.id)
      notify(`${session.name} deleted`, 'success')
    },
    onError: (error) => notify(`${session.name} could not be deleted: ${wordsOf(error)}`, 'error'),
  })
  return (
    <>
      <IconAction
        label="Delete"
        path={mdiDelete}
        disabled={removal.isPending}
        onClick={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        title="Are you sure?"
        action="Delete"
        onClose={() => setAsking(false)}
        onConfirm={() => removal.mutate()}
      >
        {session.name} goes with its {count(session.trade_count)} trades, its log and its events. This cannot
        be undone.
      </ConfirmDialog>
    </>
  )
}
