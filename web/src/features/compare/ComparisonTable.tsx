import Box from '@mui/material/Box'
import { styled } from '@mui/material/styles'
import { Fragment, type ReactNode } from 'react'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import type { Row, Section } from './rows'

const Table = styled(DataTable)(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    '& thead th': { verticalAlign: 'bottom' },
    // The names stay in view where six sessions are wider than the page.
    '& tr > :first-child': {
      position: 'sticky',
      left: 0,
      zIndex: 1,
      textAlign: 'left',
      whiteSpace: 'normal',
      fontWeight: 400,
      width: 210,
      minWidth: 120,
      backgroundColor: palette.background.paper,
    },
    '& tbody .section': { fontWeight: 650, paddingTop: 14 },
    '& .differs': { backgroundColor: palette.action.selected },
    '& .best': { fontWeight: 700 },
  }
})

interface Props {
  sections: readonly Section[]
  heads: readonly { id: string; head: ReactNode }[]
}

/** One column for each session, one row for each parameter and figure. */
export function ComparisonTable({ sections, heads }: Props) {
  return (
    <ScrollRegion role="region" aria-label="Comparison" tabIndex={0}>
      <Table>
        <thead>
          <tr>
            <td>
              <Box component="span" sx={{ color: 'text.secondary' }}>
                ★ the best of its row
              </Box>
            </td>
            {heads.map(({ id, head }) => (
              <th key={id} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {sections.map(({ title, rows }) => (
          <tbody key={title}>
            <tr>
              <th className="section" scope="rowgroup">
                {title}
              </th>
              {heads.map(({ id }) => (
                <td key={id} />
              ))}
            </tr>
            {rows.map((row) => (
              <Line key={row.key} row={row} marked={title === 'Parameters' || title === 'Settings'} />
            ))}
          </tbody>
        ))}
      </Table>
    </ScrollRegion>
  )
}

/** Parameters that differ are marked; of figures, which nearly always differ, the best one is. */
function Line({ row, marked }: { row: Row; marked: boolean }) {
  const differs = marked && row.differs
  return (
    <tr data-key={row.key} className={differs ? 'differs' : undefined}>
      <th scope="row" title={row.meaning || undefined} className={differs ? 'differs' : undefined}>
        {row.label}
        {differs && (
          <Box component="span" sx={{ ml: 0.75, fontWeight: 650 }}>
            <span aria-hidden>≠ </span>differs
          </Box>
        )}
      </th>
      {row.cells.map((cell, index) => (
        <Fragment key={index}>
          <td className={row.best.has(index) ? 'best' : undefined}>
            {row.best.has(index) && (
              <span role="img" aria-label="best">
                ★{' '}
              </span>
            )}
            {cell}
          </td>
        </Fragment>
      ))}
    </tr>
  )
}
