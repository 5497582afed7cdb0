import Box from '@mui/material/Box'
import { useForm } from './problems'
import type { SchemaField } from './schema'
import { SchemaInput } from './SchemaInput'
import { textOf, type Texts } from './values'

interface Props {
  fields: readonly SchemaField[]
  /** Path of the object that they belong to: `strategy_params`. */
  prefix: string
  texts: Texts
  onChange: (name: string, text: string) => void
}

/** A grid of fields, as many beside each other as there is room for. */
export function SchemaInputs({ fields, prefix, texts, onChange }: Props) {
  const { problem } = useForm()
  return (
    <Columns>
      {fields.map((field) => {
        const path = `${prefix}.${field.name}`
        return (
          <SchemaInput
            key={field.name}
            field={field}
            path={path}
            text={texts[field.name] ?? textOf(field.initial)}
            problem={problem(path)}
            onChange={onChange}
          />
        )
      })}
    </Columns>
  )
}

export function Columns({ children, least = 210 }: { children: React.ReactNode; least?: number }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${least}px), 1fr))`,
        alignItems: 'start',
      }}
    >
      {children}
    </Box>
  )
}
