import Box from '@mui/material/Box'
import { plain } from '@/shared/format/numbers'
import { Definitions, type Definition } from '../Definitions'
import { isSame, valueAt, type Field } from './fields'

/** Values with what their schema says of them; those that are as usual say so. */
export function FieldRows({ fields, values }: { fields: readonly Field[]; values: unknown }) {
  return <Definitions rows={fields.map((field) => rowOf(field, valueAt(values, field.name)))} />
}

function rowOf(field: Field, value: unknown): Definition {
  const usual = field.usual !== undefined && isSame(value, field.usual)
  return {
    name: field.title,
    hint: field.description,
    value: (
      <Box component="span" data-field={field.name}>
        <Box component="span" sx={{ fontWeight: usual ? 400 : 650 }}>
          {wordsFor(value)}
        </Box>{' '}
        <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
          {usual ? 'default' : field.usual === undefined ? '' : `default: ${wordsFor(field.usual)}`}
        </Box>
      </Box>
    ),
  }
}

/** A value of JSON as it is read. */
export function wordsFor(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return plain(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
