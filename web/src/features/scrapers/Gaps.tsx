import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { count } from '@/shared/format/numbers'
import { dateTime, duration, utcDay } from '@/shared/format/time'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { SmallButton } from '@/shared/ui/SmallButton'
import { Moment } from '@/shared/ui/Time'
import type { Range } from './days'
import { Hidden } from './parts'

interface Props {
  gaps: readonly { start: number; end: number }[]
  onShow: (range: Range) => void
}

const SHOWN = 20

/** What is missing, from when to when. */
export function Gaps({ gaps, onShow }: Props) {
  const [all, setAll] = useState(false)
  const shown = all ? gaps : gaps.slice(-SHOWN)
  return (
    <Box>
      <ScrollRegion
        role="region"
        aria-label="Table of gaps"
        tabIndex={0}
        sx={{ maxHeight: 320, overflowY: 'auto' }}
      >
        <DataTable>
          <thead>
            <tr>
              <th scope="col" className="text">
                From
              </th>
              <th scope="col" className="text">
                To
              </th>
              <th scope="col">Length</th>
              <th scope="col">
                <Hidden>Chart</Hidden>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((gap) => (
              <tr key={gap.start}>
                <td className="text">
                  <Moment seconds={gap.start} />
                </td>
                <td className="text">
                  <Moment seconds={gap.end} />
                </td>
                <td>{duration(gap.end - gap.start)}</td>
                <td>
                  <SmallButton
                    type="button"
                    aria-label={`Show the candles around the gap of ${dateTime(gap.start)}`}
                    onClick={() => onShow({ from: utcDay(gap.start), to: utcDay(gap.end - 1) })}
                  >
                    Show
                  </SmallButton>
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </ScrollRegion>
      {gaps.length > shown.length && (
        <Button onClick={() => setAll(true)}>Show all {count(gaps.length)} gaps</Button>
      )}
    </Box>
  )
}
