import Box from '@mui/material/Box'
import { plain } from '@/shared/format/numbers'
import { dateTime, duration } from '@/shared/format/time'
import { Amount } from '@/shared/ui/Amount'
import type { Mark } from './marks'

/** What a trade was, beside the pointer; it stays within the chart. */
export function TradeTip({ mark, x, width }: { mark: Mark; x: number; width: number }) {
  const { shown } = mark
  const side = x > width / 2 ? { right: width - x + 14 } : { left: x + 14 }
  return (
    <Box
      role="tooltip"
      sx={{
        position: 'absolute',
        top: 8,
        ...side,
        zIndex: 3,
        p: 1,
        maxWidth: 260,
        pointerEvents: 'none',
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        boxShadow: 3,
        fontSize: '0.8125rem',
        lineHeight: 1.5,
      }}
    >
      <Box sx={{ fontWeight: 650 }}>
        {shown.side} {plain(shown.size)} {shown.market}
      </Box>
      <div>
        {plain(shown.entry_price)} → {plain(shown.exit_price)}
      </div>
      <div>
        PnL <Amount value={shown.pnl} currency={shown.settle} />
        {shown.settle !== 'USD' && (
          <>
            {' '}
            (<Amount value={shown.pnl_usd} currency="USD" />)
          </>
        )}
      </div>
      <div>
        In: {shown.entry_reason}. Out: {shown.exit_reason}
      </div>
      <Box sx={{ color: 'text.secondary' }}>
        {dateTime(shown.entry_time)}, {duration(shown.exit_time - shown.entry_time)}
      </Box>
    </Box>
  )
}
