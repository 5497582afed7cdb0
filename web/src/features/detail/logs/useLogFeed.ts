import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Level } from './entries'
import { LogFeed, type LogView } from './LogFeed'

/** So many pages are asked for by themselves, where the filter leaves little to see. */
const BY_ITSELF = 5
/** Fewer lines than this leave room on any screen. */
const FEW = 60

interface Asked {
  level: Level
  heartbeats: boolean
}

/** The log of a session, streamed as long as the page shows it. */
export function useLogFeed(id: string, { level, heartbeats }: Asked, text: string): [LogFeed, LogView] {
  const [feed] = useState(() => new LogFeed(id))
  const view = useSyncExternalStore(feed.subscribe, feed.snapshot)
  useEffect(() => {
    feed.start()
    return () => feed.stop()
  }, [feed])
  useEffect(() => feed.setFilter({ level, heartbeats }), [feed, level, heartbeats])
  useEffect(() => feed.setText(text), [feed, text])

  const isFew = view.settled && !view.cleared && view.shown.length < FEW && view.size > 0
  const pages = view.pagesLoaded
  useEffect(() => {
    if (isFew && view.older === 'unknown' && pages < BY_ITSELF) void feed.loadOlder()
  }, [feed, isFew, view.older, pages, level])
  return [feed, view]
}
