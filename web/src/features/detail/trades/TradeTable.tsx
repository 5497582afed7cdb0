import { styled } from '@mui/material/styles'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { SortHead } from '@/shared/ui/SortHead'
import type { Sort } from '@/shared/url/sort'
import type { Trade } from '@/shared/api/types'
import type { SortField } from './filter'
import { TradeRow } from './TradeRow'

const COLUMNS: readonly { field: SortField; label: string; text?: boolean }[] = [
  { field: 'exit_time', label: 'Time', text: true },
  { field: 'side', label: 'Side', text: true },
  { field: 'entry_price', label: 'Entry' },
  { field: 'exit_price', label: 'Exit' },
  { field: 'size', label: 'Size' },
  { field: 'pnl', label: 'PnL' },
  { field: 'fees', label: 'Fees' },
  { field: 'funding', label: 'Funding' },
  { field: 'duration', label: 'Duration' },
  { field: 'entry_reason', label: 'Why in', text: true },
  { field: 'exit_reason', label: 'Why out', text: true },
]
export const WIDTH = COLUMNS.length

const Table = styled(DataTable)(({ theme }) => ({
  '& tbody tr': { cursor: 'pointer' },
  '& tbody tr[data-selected=true]': {
    backgroundColor: (theme.vars ?? theme).palette.action.selected,
    boxShadow: `inset 3px 0 ${(theme.vars ?? theme).palette.primary.main}`,
  },
  '& tbody tr.leg': { cursor: 'default', color: (theme.vars ?? theme).palette.text.secondary },
}))

interface Props {
  trades: readonly Trade[]
  sort: Sort<SortField>
  onSort: (sort: Sort<SortField>) => void
  selected: string | null
  onSelect: (trade: Trade) => void
  /** Trades that closed after this second came while one was looking. */
  newSince: number | undefined
}

export function TradeTable({ trades, sort, onSort, selected, onSelect, newSince }: Props) {
  return (
    <ScrollRegion role="region" aria-label="Trades" tabIndex={0}>
      <Table>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <SortHead key={column.field} {...column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {trades.map((trade) => (
            <TradeRow
              key={trade.id}
              trade={trade}
              isSelected={String(trade.id) === selected}
              isNew={newSince !== undefined && trade.exit_time > newSince}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </Table>
    </ScrollRegion>
  )
}
