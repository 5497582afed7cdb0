import Box from '@mui/material/Box'
import { styled } from '@mui/material/styles'
import { memo, useState } from 'react'
import type { Leg, Trade } from '@/shared/api/types'
import { plain } from '@/shared/format/numbers'
import { duration } from '@/shared/format/time'
import { Amount } from '@/shared/ui/Amount'
import { Moment } from '@/shared/ui/Time'

const Plain = styled('button')({
  font: 'inherit',
  color: 'inherit',
  background: 'none',
  border: 0,
  padding: 0,
  minHeight: 24,
  minWidth: 24,
  textAlign: 'left',
  cursor: 'pointer',
})

interface Props {
  trade: Trade
  isSelected: boolean
  isNew: boolean
  onSelect: (trade: Trade) => void
}

/** A trade; of a pair, its legs below when asked for. A click anywhere moves the chart there, as its time does by key. */
export const TradeRow = memo(function TradeRow({ trade, isSelected, isNew, onSelect }: Props) {
  const [isOpen, setIsOpen] = useState(false)
  const { legs = [] } = trade
  return (
    <>
      <tr data-trade={trade.id} data-selected={isSelected} onClick={() => onSelect(trade)}>
        <td className="text">
          {legs.length > 0 && (
            <Plain
              type="button"
              aria-expanded={isOpen}
              aria-label={`Legs of trade ${trade.id}`}
              onClick={(event) => {
                event.stopPropagation()
                setIsOpen(!isOpen)
              }}
            >
              <span aria-hidden>{isOpen ? '▾' : '▸'}</span>
            </Plain>
          )}
          <Plain type="button" aria-pressed={isSelected} title="Show it on the chart">
            <Moment seconds={trade.exit_time} />
          </Plain>
          {isNew && (
            <Box
              component="span"
              sx={{ ml: 0.75, px: 0.5, border: 1, borderRadius: 1, fontSize: '0.6875rem' }}
            >
              new
            </Box>
          )}
        </td>
        <Cells trade={trade} />
      </tr>
      {isOpen &&
        legs.map((leg) => (
          <tr key={leg.market} className="leg">
            <td className="text">
              <Box component="span" sx={{ pl: 3 }}>
                {leg.market}
              </Box>
            </td>
            <Cells trade={leg} />
          </tr>
        ))}
    </>
  )
})

function Cells({ trade }: { trade: Leg }) {
  return (
    <>
      <td className="text">
        <span aria-hidden>{trade.side === 'LONG' ? '▲' : '▼'}</span> {trade.side}
      </td>
      <td>{plain(trade.entry_price)}</td>
      <td>{plain(trade.exit_price)}</td>
      <td>{plain(trade.size)}</td>
      <td>
        <Amount value={trade.pnl} currency={trade.settle} />
      </td>
      <td>
        <Amount value={trade.fees} currency={trade.settle} signed={false} />
      </td>
      <td>
        <Amount value={trade.funding || null} currency={trade.settle} />
      </td>
      <td>{duration(trade.exit_time - trade.entry_time)}</td>
      <td className="text">{trade.entry_reason}</td>
      <td className="text">{trade.exit_reason}</td>
    </>
  )
}
