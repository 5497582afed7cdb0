import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { Moment } from '@/shared/ui/Time'
import { FigureTable } from './FigureTable'
import type { Figure, Group } from './groups'
import { isResult, valueOf } from './values'

interface Props {
  group: Group
  columns: readonly Figure[]
  values: Readonly<Record<string, unknown>>
  settle: string
  open: boolean
}

/** Figures that belong together: a heading that opens and closes them. */
export function FigureGroup({ group, columns, values, settle, open }: Props) {
  const tables = group.figures.filter(({ unit }) => unit === 'table')
  const plain = group.figures.filter(({ unit }) => unit !== 'table')
  return (
    <Box
      component="details"
      // A new key where the search opens or closes it; in between it is the reader's.
      key={String(open)}
      open={open}
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        '& > summary': { cursor: 'pointer', px: 1.5, py: 0.75, fontWeight: 650 },
        '& > summary:focus-visible': { outline: 2, outlineColor: 'primary.main' },
        minWidth: 0,
      }}
    >
      <summary>
        <Typography component="h4" sx={{ display: 'inline', font: 'inherit' }}>
          {group.title}
        </Typography>{' '}
        <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
          {group.figures.length}
        </Box>
      </summary>
      {plain.length > 0 && (
        <Box
          component="dl"
          sx={{
            m: 0,
            px: 1.5,
            pb: 1,
            display: 'grid',
            gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' },
            columnGap: 4,
          }}
        >
          {plain.map((figure) => (
            <Row key={figure.key} figure={figure} value={values[figure.key]} settle={settle} />
          ))}
        </Box>
      )}
      {tables.map((figure) => (
        <FigureTable
          key={figure.key}
          figure={figure}
          columns={columns}
          value={values[figure.key]}
          settle={settle}
        />
      ))}
    </Box>
  )
}

function Row({ figure, value, settle }: { figure: Figure; value: unknown; settle: string }) {
  const sign = isResult(figure)
  const result = sign && typeof value === 'number' && value !== 0
  return (
    <Box
      sx={{
        display: 'flex',
        justifyContent: 'space-between',
        alignItems: 'baseline',
        gap: 2,
        py: 0.5,
        borderBottom: 1,
        borderColor: 'divider',
        fontSize: '0.875rem',
      }}
    >
      <dt>
        {figure.label}
        {figure.meaning && (
          <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', lineHeight: 1.3 }}>{figure.meaning}</Box>
        )}
      </dt>
      <Box
        component="dd"
        data-key={figure.key}
        sx={{
          m: 0,
          whiteSpace: 'nowrap',
          ...(result ? { color: value > 0 ? 'gain' : 'loss' } : {}),
        }}
      >
        {figure.unit === 'time' && typeof value === 'number' ? (
          <Moment seconds={value} />
        ) : (
          valueOf(value, figure.unit, settle, { sign })
        )}
      </Box>
    </Box>
  )
}
