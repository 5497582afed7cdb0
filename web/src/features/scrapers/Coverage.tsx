import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { count, percent } from '@/shared/format/numbers'
import { duration } from '@/shared/format/time'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { Calendar } from './Calendar'
import type { Day, Range } from './days'

interface Props {
  days: readonly Day[]
  gaps: readonly { start: number; end: number }[]
  range: Range | null
  onChoose: (day: string, extend: boolean) => void
}

const SHOWN = 92
const MORE = 366

/** What is recorded, day by day: in words, as a calendar, and as a table. */
export function Coverage({ days, gaps, range, onChoose }: Props) {
  const [shown, setShown] = useState(SHOWN)
  const visible = days.slice(-shown)
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Typography variant="body2">{summary(days, gaps)}</Typography>
      <Calendar days={visible} range={range} onChoose={onChoose} />
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', color: 'text.secondary' }}
      >
        <Typography variant="body2">
          Filled: complete. Striped: partly recorded. Dashed: missing. Days are UTC; Shift and a click choose
          several.
        </Typography>
        {days.length > visible.length && (
          <Button onClick={() => setShown(shown + MORE)}>
            Show earlier days ({count(days.length - visible.length)})
          </Button>
        )}
      </Box>
      <Box component="details" sx={{ '& > summary': { cursor: 'pointer', fontSize: '0.875rem', mb: 1 } }}>
        <summary>Recorded days as a table</summary>
        <Table days={visible} />
      </Box>
    </Box>
  )
}

function summary(days: Props['days'], gaps: Props['gaps']): string {
  const first = days[0]?.day ?? ''
  const last = days.at(-1)?.day ?? ''
  const reach = first === last ? first : `${first} to ${last}`
  const lost = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  const candles = days.reduce((sum, day) => sum + day.rows, 0)
  const holes =
    gaps.length === 0
      ? 'no gap'
      : `${count(gaps.length)} ${gaps.length === 1 ? 'gap' : 'gaps'}, ${duration(lost)} missing`
  return `${reach}: ${count(candles)} candles of one minute on ${count(days.length)} ${days.length === 1 ? 'day' : 'days'}, ${holes}.`
}

const STATES = { complete: 'complete', partial: 'partly recorded', missing: 'missing' } as const

function Table({ days }: { days: readonly Day[] }) {
  return (
    <ScrollRegion
      role="region"
      aria-label="Table of recorded days"
      tabIndex={0}
      sx={{ maxHeight: 320, overflowY: 'auto' }}
    >
      <DataTable>
        <thead>
          <tr>
            <th scope="col" className="text">
              Day (UTC)
            </th>
            <th scope="col">Candles</th>
            <th scope="col">Expected</th>
            <th scope="col">Share</th>
            <th scope="col" className="text">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row" className="text">
                {day.day}
              </th>
              <td>{count(day.rows)}</td>
              <td>{count(day.expected)}</td>
              <td>{percent(day.percent, 0)}</td>
              <td className="text">{STATES[day.state]}</td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </ScrollRegion>
  )
}
