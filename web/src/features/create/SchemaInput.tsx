import FormControlLabel from '@mui/material/FormControlLabel'
import FormHelperText from '@mui/material/FormHelperText'
import Box from '@mui/material/Box'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import { memo, useId } from 'react'
import { useForm } from './problems'
import type { SchemaField } from './schema'
import { textOf } from './values'

interface Props {
  field: SchemaField
  /** Path by which the server calls it, such as `strategy_params.threshold`. */
  path: string
  text: string
  problem: string | undefined
  onChange: (name: string, text: string) => void
}

/** One value of a JSON Schema: its title, what it means, its limits, and what is wrong with it. */
export const SchemaInput = memo(function SchemaInput(props: Props) {
  return (
    <div data-field={props.path}>
      {props.field.kind === 'boolean' ? <YesNo {...props} /> : <Typed {...props} />}
    </div>
  )
})

function Typed({ field, path, text, problem, onChange }: Props) {
  const { touch } = useForm()
  const choice = field.kind === 'choice'
  const number = field.kind === 'number' || field.kind === 'integer'
  return (
    <TextField
      fullWidth
      label={field.label}
      value={text}
      onChange={(event) => {
        onChange(field.name, event.target.value)
        touch(path)
      }}
      onBlur={() => touch(path)}
      error={problem !== undefined}
      helperText={problem ?? field.help}
      placeholder={textOf(field.initial) || (field.nullable ? 'none' : '')}
      select={choice}
      multiline={field.kind === 'json'}
      slotProps={{
        select: { native: true },
        inputLabel: { shrink: true },
        htmlInput: { inputMode: number ? 'decimal' : 'text', autoComplete: 'off', spellCheck: false },
      }}
    >
      {choice
        ? field.choices.map((one) => (
            <option key={textOf(one)} value={textOf(one)}>
              {textOf(one)}
            </option>
          ))
        : undefined}
    </TextField>
  )
}

function YesNo({ field, path, text, problem, onChange }: Props) {
  const { touch } = useForm()
  const help = useId()
  return (
    <Box>
      <FormControlLabel
        label={field.label}
        control={
          <Switch
            checked={text === 'true'}
            onChange={(_event, on) => {
              onChange(field.name, String(on))
              touch(path)
            }}
            slotProps={{ input: { 'aria-describedby': help } }}
          />
        }
      />
      <FormHelperText id={help} error={problem !== undefined} sx={{ mx: 1.75, mt: 0 }}>
        {problem ?? field.help}
      </FormHelperText>
    </Box>
  )
}
