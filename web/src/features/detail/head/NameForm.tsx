import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/shared/api/client'
import { ApiError, wordsOf } from '@/shared/api/errors'
import { keys } from '@/shared/api/queries'
import type { SessionChange } from '@/shared/api/types'
import { putSession } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'
import type { Shown } from '../useSession'

/** Name and notes, which can be changed at any time. */
export function NameForm({ session, onDone }: { session: Shown; onDone: () => void }) {
  const [name, setName] = useState(session.name)
  const [notes, setNotes] = useState(session.notes ?? '')
  const client = useQueryClient()
  const notify = useNotify()
  const change = useMutation({
    mutationFn: async () =>
      (
        await unwrap(
          api.PATCH('/sessions/{id}', {
            params: { path: { id: session.id } },
            // What is left out stays as it is; the generated type knows only that it may be null.
            body: { name: name.trim(), notes } as SessionChange,
          }),
        )
      ).session,
    onSuccess: (changed) => {
      putSession(client, changed)
      void client.invalidateQueries({ queryKey: keys.history })
      notify('Changes saved', 'success')
      onDone()
    },
  })
  const problem = problems(change.error)
  return (
    <Box
      component="form"
      aria-label="Name and notes"
      sx={{ display: 'grid', gap: 1.5, py: 1, maxWidth: 560 }}
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
      onKeyDown={(event) => {
        // Escape leaves the form, not the panel around it.
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <TextField
        label="Name"
        value={name}
        required
        autoFocus
        error={problem('name') !== undefined}
        helperText={problem('name')}
        slotProps={{ htmlInput: { maxLength: 255 } }}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Notes"
        value={notes}
        multiline
        minRows={2}
        maxRows={6}
        error={problem('notes') !== undefined}
        helperText={problem('notes')}
        slotProps={{ htmlInput: { maxLength: 10_000 } }}
        onChange={(event) => setNotes(event.target.value)}
      />
      {change.error && !problem('name') && !problem('notes') && (
        <Box role="alert" sx={{ color: 'error.main' }}>
          {wordsOf(change.error)}
        </Box>
      )}
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button type="submit" variant="contained" disabled={change.isPending || name.trim() === ''}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </Box>
    </Box>
  )
}

function problems(error: Error | null): (field: string) => string | undefined {
  const fields = error instanceof ApiError ? error.fields : []
  return (field) => fields.find((problem) => problem.field === field)?.message
}
