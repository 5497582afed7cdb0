import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Market } from '@/shared/api/types'
import { MarketRow } from './MarketRow'
import { HEIGHTS, Rows } from './parts'

interface Props {
  markets: readonly Market[]
  starting: ReadonlySet<string>
  open: boolean
  search: string
  onStart: (market: Market) => void
}

/** Markets, of which only those are drawn that can be seen: an exchange lists hundreds. */
export function MarketList({ markets, starting, open, search, onStart }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const [margin, setMargin] = useState(0)
  // What is above the list grows and shrinks with the scrapers.
  useLayoutEffect(() => {
    const measure = () => {
      const box = list.current?.getBoundingClientRect()
      if (box) setMargin(Math.round(box.top + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const virtual = useWindowVirtualizer({
    count: markets.length,
    estimateSize: () => HEIGHTS.market,
    overscan: 8,
    scrollMargin: margin,
    getItemKey: (index) => markets[index]?.market ?? index,
  })
  return (
    <Rows ref={list} aria-label="Markets" style={{ position: 'relative', height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const market = markets[index]
        return (
          market && (
            <MarketRow
              key={key}
              market={market}
              starting={starting.has(`${market.exchange} ${market.market}`)}
              open={open}
              search={search}
              index={index}
              top={start - margin}
              total={markets.length}
              measure={virtual.measureElement}
              onStart={onStart}
            />
          )
        )
      })}
    </Rows>
  )
}
