import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { grouped } from '@/shared/sessions/settingGroups'
import type { SchemaField } from './schema'
import { SchemaInputs } from './SchemaInputs'
import { textOf, type Texts } from './values'

interface Props {
  fields: readonly SchemaField[]
  texts: Texts
  onChange: (name: string, text: string) => void
}

/** What every strategy shares, folded away: the summary tells what differs from the defaults. */
export function SettingsSection({ fields, texts, onChange }: Props) {
  return (
    <Box component="details" sx={{ '& > summary': { cursor: 'pointer', py: 0.5 } }}>
      <Box component="summary">
        <Typography component="h3" variant="h3" sx={{ display: 'inline' }}>
          Settings
        </Typography>{' '}
        <Box
          component="span"
          sx={{ color: 'text.secondary', fontSize: '0.8125rem', overflowWrap: 'anywhere' }}
        >
          {told(fields, texts)}
        </Box>
      </Box>
      <Box sx={{ display: 'grid', gap: 2, pt: 1 }}>
        {grouped(fields).map((group) => (
          <Box key={group.title} role="group" aria-label={group.title}>
            <Typography variant="body2" sx={{ fontWeight: 600, mb: 1.25, color: 'text.secondary' }}>
              {group.title}
            </Typography>
            <SchemaInputs fields={group.fields} prefix="settings" texts={texts} onChange={onChange} />
          </Box>
        ))}
      </Box>
    </Box>
  )
}

function told(fields: readonly SchemaField[], texts: Texts): string {
  const changed = fields.filter((field) => {
    const text = texts[field.name]
    return text !== undefined && text !== '' && text !== textOf(field.initial)
  })
  if (changed.length === 0) return 'the defaults'
  return changed.map((field) => `${field.label} ${texts[field.name] ?? ''}`).join(', ')
}
