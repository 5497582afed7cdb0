import TextField from '@mui/material/TextField'
import { useForm } from './problems'

interface Props {
  name: string
  notes: string
  /** What stands in the empty field. */
  placeholder: string
  /** Whether it may be left out. */
  optional: boolean
  onChange: (part: { name?: string; notes?: string }) => void
}

/** Name and notes. */
export function NameSection({ name, notes, placeholder, optional, onChange }: Props) {
  const { problem, touch } = useForm()
  const nameWrong = problem('name')
  const notesWrong = problem('notes')
  return (
    <>
      <div data-field="name">
        <TextField
          fullWidth
          label={optional ? 'Session name (optional)' : 'Session name'}
          value={name}
          placeholder={placeholder}
          onChange={(event) => {
            onChange({ name: event.target.value })
            touch('name')
          }}
          error={nameWrong !== undefined}
          helperText={nameWrong}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 255, autoComplete: 'off' } }}
        />
      </div>
      <div data-field="notes">
        <TextField
          fullWidth
          multiline
          minRows={2}
          maxRows={8}
          label="Notes (optional)"
          value={notes}
          onChange={(event) => {
            onChange({ notes: event.target.value })
            touch('notes')
          }}
          error={notesWrong !== undefined}
          helperText={notesWrong}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 10_000 } }}
        />
      </div>
    </>
  )
}
