import Box from '@mui/material/Box'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { columnsOf, rowsOf, type Figure } from './groups'
import { valueOf } from './values'

interface Props {
  figure: Figure
  columns: readonly Figure[]
  value: unknown
  settle: string
}

/** Figures broken down by something, such as by month. Long ones scroll. */
export function FigureTable({ figure, columns, value, settle }: Props) {
  const rows = rowsOf(figure, value)
  const shown = columnsOf(columns, rows)
  if (rows.length === 0) return null
  return (
    <Box sx={{ px: 1.5, pb: 1.5 }}>
      <Box sx={{ py: 0.5, fontSize: '0.875rem', fontWeight: 650 }}>
        {figure.label}{' '}
        <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem', fontWeight: 400 }}>
          {figure.meaning}
        </Box>
      </Box>
      <ScrollRegion tabIndex={0} role="region" aria-label={figure.label} sx={{ maxHeight: 320 }}>
        <DataTable data-key={figure.key} aria-label={figure.label}>
          <thead>
            <tr>
              <th scope="col" className="text">
                {figure.label}
              </th>
              {shown.map((column) => (
                <th key={column.key} scope="col" title={column.meaning || undefined}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row" className="text">
                  {row.name}
                </th>
                {shown.map((column) => (
                  <td key={column.key}>{valueOf(row.values[column.key], column.unit, settle)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </DataTable>
      </ScrollRegion>
    </Box>
  )
}
