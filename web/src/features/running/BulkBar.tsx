import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { lazy, Suspense, useState } from 'react'
import { count } from '@/shared/format/numbers'
import { useBulk } from '@/shared/sessions/bulk'
import { ACTIONS, mayAsk } from '@/shared/sessions/offers'
import { Icon } from '@/shared/ui/Icon'
import type { RowItem } from './groups'

const StopQuestion = lazy(async () => ({ default: (await import('./StopQuestion')).StopQuestion }))

const OFFERED = ['start', 'stop', 'pause', 'resume', 'restart', 'delete'] as const
type Offered = (typeof OFFERED)[number]

/** The selected sessions that an action is for. Restart is offered where something went wrong. */
export function meantBy(action: Offered, selected: readonly RowItem[]): RowItem[] {
  return selected.filter(({ session, group }) => {
    if (action === 'restart' && group !== 'stale' && group !== 'failed') return false
    return mayAsk(session, action)
  })
}

interface Props {
  selected: readonly RowItem[]
  onClear: () => void
  onDelete: (rows: readonly RowItem[]) => void
}

/** What can be done with all that is selected; each action counts those that it is possible for. */
export function BulkBar({ selected, onClear, onDelete }: Props) {
  const { run } = useBulk()
  const [stopping, setStopping] = useState<readonly RowItem[] | null>(null)
  const ask = (action: Offered, rows: readonly RowItem[]) => {
    if (action === 'delete') onDelete(rows)
    else if (action === 'stop' && rows.length > 1) setStopping(rows)
    else void run(action, sessionsOf(rows))
  }
  return (
    <>
      {selected.length > 0 && (
        <Paper
          component="section"
          aria-label="Selected sessions"
          elevation={6}
          variant="elevation"
          sx={{
            position: 'sticky',
            bottom: 8,
            mt: 2,
            px: 1.5,
            py: 1,
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            gap: 1,
            zIndex: 2,
          }}
        >
          <Typography component="p" role="status" sx={{ fontWeight: 600, mr: 1 }}>
            {count(selected.length)} selected:
          </Typography>
          {OFFERED.map((action) => {
            const rows = meantBy(action, selected)
            return (
              <Button
                key={action}
                variant="outlined"
                color={action === 'delete' ? 'error' : 'primary'}
                startIcon={<Icon path={ACTIONS[action].path} />}
                disabled={rows.length === 0}
                onClick={() => ask(action, rows)}
                // A phone has room for what can be done now.
                sx={{ display: { xs: rows.length > 0 ? 'inline-flex' : 'none', sm: 'inline-flex' } }}
              >
                {ACTIONS[action].label} {rows.length > 0 && count(rows.length)}
              </Button>
            )
          })}
          <Button onClick={onClear} sx={{ ml: 'auto' }}>
            Clear selection
          </Button>
        </Paper>
      )}
      {stopping && (
        <Suspense>
          <StopQuestion
            number={stopping.length}
            onClose={() => setStopping(null)}
            onConfirm={() => void run('stop', sessionsOf(stopping))}
          />
        </Suspense>
      )}
    </>
  )
}

function sessionsOf(rows: readonly RowItem[]) {
  return rows.map((row) => row.session)
}
