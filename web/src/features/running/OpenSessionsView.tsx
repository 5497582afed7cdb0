import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { DeleteDialog } from '@/shared/sessions/DeleteDialog'
import type { OpenSession } from '@/shared/sessions/open'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { Empty } from '@/shared/ui/states'
import { useParamsPatch } from '@/shared/url/params'
import { BulkBar } from './BulkBar'
import { filterOf, fitting, isSet, MANY } from './filter'
import { FilterBar } from './FilterBar'
import { linesOf, type RowItem } from './groups'
import { useSelection } from './selection'
import { SessionsList, type ListHandle } from './SessionsList'
import { StaleAlert } from './StaleAlert'
import { useStale } from './useStale'

/** The list with its filter, its selection and what is done with it. */
export function OpenSessionsView({ sessions }: { sessions: readonly OpenSession[] }) {
  const [params, patch] = useParamsPatch()
  const filter = useMemo(() => filterOf(params), [params])
  const { stale, staleSeconds } = useStale(sessions)
  const lines = useMemo(() => linesOf(fitting(sessions, filter), stale), [sessions, filter, stale])
  const selection = useSelection(lines)
  const [deleting, setDeleting] = useState<readonly OpenSession[]>([])
  const [asking, setAsking] = useState(false)
  const list = useRef<ListHandle>(null)

  const askDelete = useCallback((chosen: readonly OpenSession[]) => {
    setDeleting(chosen)
    setAsking(true)
  }, [])
  // Dialogs are elsewhere in the page, though their events come by here.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) selection.clear()
  }
  const shown = lines.filter((line) => line.kind === 'row').length
  const search = params.size > 0 ? `?${params}` : ''
  return (
    <div onKeyDown={onKeyDown}>
      <StaleAlert
        number={stale.size}
        staleSeconds={staleSeconds}
        onShow={() => list.current?.show('stale')}
      />
      <OriginNotice exchanges={sessions.map((session) => session.exchange)} />
      {(sessions.length > MANY || isSet(filter)) && (
        <FilterBar filter={filter} sessions={sessions} shown={shown} onChange={patch} />
      )}
      {shown === 0 && <Empty title="No session fits the filter" />}
      <SessionsList
        ref={list}
        lines={lines}
        chosen={selection.ids}
        search={search}
        staleSeconds={staleSeconds}
        onTurn={selection.turn}
        onTurnAll={selection.turnAll}
        onDelete={askDelete}
      />
      <BulkBar
        selected={selection.selected}
        onClear={selection.clear}
        onDelete={(rows: readonly RowItem[]) => askDelete(rows.map((row) => row.session))}
      />
      <DeleteDialog sessions={deleting} open={asking} onClose={() => setAsking(false)} />
    </div>
  )
}
