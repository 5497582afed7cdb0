import { memo } from 'react'
import { Link } from 'react-router'
import type { Market } from '@/shared/api/types'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { SmallButton } from '@/shared/ui/SmallButton'
import { Ago } from '@/shared/ui/Time'
import { dataPlace } from './address'
import { Buttons, Cell, MarketBox, Muted } from './parts'

interface Props {
  market: Market
  starting: boolean
  /** Whether the exchange still has live data. */
  open: boolean
  search: string
  index: number
  top: number
  total: number
  measure: (element: HTMLElement | null) => void
  onStart: (market: Market) => void
}

/** A market that nobody scrapes. */
export const MarketRow = memo(function MarketRow(props: Props) {
  const { market, starting, open, search, index, top, total, measure, onStart } = props
  const name = market.market
  return (
    <MarketBox
      ref={measure}
      data-index={index}
      aria-setsize={total}
      aria-posinset={index + 1}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span style={{ gridArea: 'mark', display: 'flex' }}>
        <StatusMark status="created" />
      </span>
      <Cell style={{ gridArea: 'name' }} title={market.obstacle ?? undefined}>
        <b>{name}</b> {market.symbol !== name && <Muted>{market.symbol}</Muted>}
      </Cell>
      <Cell style={{ gridArea: 'data' }}>
        {market.last_data === null ? (
          <Muted>No data</Muted>
        ) : (
          <>
            Last data: <Ago seconds={market.last_data} />
          </>
        )}
      </Cell>
      <Buttons>
        {market.last_data !== null && (
          <SmallButton
            as={Link}
            {...{ to: dataPlace(name, market.exchange, search), preventScrollReset: true }}
            aria-label={`View Data of ${name}`}
          >
            View Data
          </SmallButton>
        )}
        {open && (
          <SmallButton
            disabled={starting}
            onClick={() => onStart(market)}
            aria-label={starting ? `Starting to scrape ${name}` : `Start Scraping ${name}`}
          >
            {starting ? 'Starting…' : 'Start Scraping'}
          </SmallButton>
        )}
      </Buttons>
    </MarketBox>
  )
})
