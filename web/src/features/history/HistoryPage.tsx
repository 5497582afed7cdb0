import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { Outlet } from 'react-router'
import type { Session } from '@/shared/api/types'
import { DeleteDialog } from '@/shared/sessions/DeleteDialog'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { Pager } from '@/shared/ui/Pager'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { useParamsPatch, type Patch } from '@/shared/url/params'
import { asText } from '@/shared/url/sort'
import { EVERYTHING, filterOf, isNarrow, SIZES } from './filter'
import { Filters } from './Filters'
import { HistoryCards } from './HistoryCards'
import { HistoryTable } from './HistoryTable'
import { historyQuery } from './query'
import { SelectionBar } from './SelectionBar'
import { useSelection } from './selection'

const NAMES = { page: 'page', size: 'size' }
const ROW_HEIGHT = 39

/** All sessions that ended, of every type. */
export function HistoryPage() {
  const [params, patch] = useParamsPatch()
  const filter = useMemo(() => filterOf(params), [params])
  const { data, error, refetch, isPlaceholderData } = useQuery(historyQuery(filter))
  const { selection, tick, untick, clear } = useSelection()
  const [doomed, setDoomed] = useState<readonly Session[]>([])
  const isNarrowScreen = useMediaQuery('(max-width: 899.95px)', { noSsr: true })
  const sessions = data?.sessions ?? []
  const narrow = useCallback(
    (changes: Patch, options?: { replace: boolean }) => patch({ page: null, ...changes }, options),
    [patch],
  )
  const onDelete = useCallback((session: Session) => setDoomed([session]), [])
  const list = { sessions, onTick: tick, onDelete, isTicked: (id: string) => selection.has(id) }
  return (
    <>
      <Typography variant="h1" sx={{ mb: 1.5 }}>
        History
      </Typography>
      <Filters filter={filter} markets={sessions.map(({ market }) => market)} onChange={narrow} />
      <OriginNotice exchanges={sessions.map(({ exchange }) => exchange)} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowSkeletons rows={12} height={ROW_HEIGHT - 8} />}
      {data?.total === 0 && <Nothing narrow={isNarrow(filter)} onClear={() => patch(EVERYTHING)} />}
      {data && data.total > 0 && sessions.length === 0 && (
        <Empty title="There are not that many pages">
          <Button onClick={() => patch({ page: null })}>To the first page</Button>
        </Empty>
      )}
      {data && (data.total > 0 || selection.size > 0) && (
        <SelectionBar
          selection={selection}
          onClear={clear}
          onDelete={() => setDoomed([...selection.values()])}
        />
      )}
      {data && data.total > 0 && (
        <Box aria-busy={isPlaceholderData} sx={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          {sessions.length > 0 &&
            (isNarrowScreen ? (
              <HistoryCards {...list} />
            ) : (
              <HistoryTable {...list} sort={filter.sort} onSort={(sort) => narrow({ sort: asText(sort) })} />
            ))}
          <Pager
            total={data.total}
            page={filter.page}
            size={filter.size}
            sizes={SIZES}
            what="sessions"
            names={NAMES}
            onSize={(size) => narrow({ size: String(size) })}
          />
        </Box>
      )}
      <DeleteDialog
        sessions={doomed}
        open={doomed.length > 0}
        onClose={() => setDoomed([])}
        onDeleted={untick}
      />
      <Outlet />
    </>
  )
}

function Nothing({ narrow, onClear }: { narrow: boolean; onClear: () => void }) {
  if (!narrow)
    return <Empty title="No session has ended yet">Sessions that stop, complete or fail are kept here.</Empty>
  return (
    <Empty title="No session fits the filter">
      <Button onClick={onClear}>Clear filter</Button>
    </Empty>
  )
}
