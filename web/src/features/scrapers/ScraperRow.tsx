import { memo } from 'react'
import { Link } from 'react-router'
import { count } from '@/shared/format/numbers'
import type { OpenSession } from '@/shared/sessions/open'
import { ACTIONS, mayAsk, offersFor } from '@/shared/sessions/offers'
import { SessionButtons } from '@/shared/sessions/SessionButtons'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { SmallButton } from '@/shared/ui/SmallButton'
import { Ago, Elapsed, HeartbeatAge } from '@/shared/ui/Time'
import { dataPlace } from './address'
import type { Group } from './groups'
import { Buttons, Cell, Muted, ScraperBox } from './parts'

interface Props {
  session: OpenSession
  group: Group
  search: string
  onDelete: (session: OpenSession) => void
}

/** One scraper. What ticks does so by itself. */
export const ScraperRow = memo(function ScraperRow({ session, group, search, onDelete }: Props) {
  const { id, name, market, exchange } = session
  return (
    <ScraperBox data-group={group} data-row={id}>
      <span style={{ gridArea: 'mark', display: 'flex' }}>
        <StatusMark status={group === 'stale' ? 'stale' : session.status} />
      </span>
      <Cell style={{ gridArea: 'name' }}>
        <Link
          data-control="name"
          to={{ pathname: `/scrapers/${id}`, search }}
          preventScrollReset
          title={name}
        >
          {name}
        </Link>{' '}
        <Muted>
          {market} · {exchange}
        </Muted>
      </Cell>
      <Cell style={{ gridArea: 'time' }}>
        <When session={session} group={group} />
      </Cell>
      <Cell style={{ gridArea: 'points' }}>
        {session.data_points !== null && (
          <span data-points={session.data_points}>{count(session.data_points)} data points</span>
        )}
      </Cell>
      <Cell style={{ gridArea: 'where' }}>
        <Where session={session} />
      </Cell>
      <Cell style={{ gridArea: 'beat' }}>
        {(group === 'active' || group === 'stale') && <HeartbeatAge heardAt={session.heardAt} />}
      </Cell>
      <RowButtons session={session} group={group} search={search} onDelete={onDelete} />
    </ScraperBox>
  )
})

function When({ session, group }: Pick<Props, 'session' | 'group'>) {
  if (session.pending) return <Muted>{ACTIONS[session.pending].doing}…</Muted>
  switch (group) {
    case 'created':
      return (
        <Muted>
          Created <Ago seconds={session.created_at} />
        </Muted>
      )
    case 'failed':
      return <Muted>Failed {session.stopped_at !== null && <Ago seconds={session.stopped_at} />}</Muted>
    case 'stale':
      return <b>STALE</b>
    case 'active':
      if (session.status === 'paused') return <>Paused</>
      return <>Running {session.started_at !== null && <Elapsed since={session.started_at} />}</>
  }
}

function Where({ session }: Pick<Props, 'session'>) {
  const { archive_folder: folder } = session
  if (folder === null) return <Muted>Nothing recorded yet</Muted>
  return <span title={folder}>Archive: {folder}</span>
}

function RowButtons({ session, group, search, onDelete }: Props) {
  const { id, name, market, exchange } = session
  const first = market.split('+')[0] ?? market
  const created = group === 'created'
  return (
    <Buttons>
      <SessionButtons session={session} actions={offersFor(session, group === 'stale')} />
      {!created && (
        <SmallButton
          as={Link}
          {...{ to: dataPlace(first, exchange, search), preventScrollReset: true }}
          aria-label={`View Data of ${name}`}
        >
          View Data
        </SmallButton>
      )}
      <SmallButton
        as={Link}
        {...{
          to: { pathname: created ? `/scrapers/edit/${id}` : `/scrapers/${id}`, search },
          preventScrollReset: true,
        }}
        aria-label={`${created ? 'Edit' : 'View'} ${name}`}
      >
        {created ? 'Edit' : 'View'}
      </SmallButton>
      {(created || group === 'failed') && (
        <SmallButton
          aria-label={`Delete ${name}`}
          disabled={!mayAsk(session, 'delete')}
          onClick={() => onDelete(session)}
        >
          Delete
        </SmallButton>
      )}
    </Buttons>
  )
}
