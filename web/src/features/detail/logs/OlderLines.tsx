import Button from '@mui/material/Button'
import { count } from '@/shared/format/numbers'
import type { LogFeed, LogView } from './LogFeed'
import { MOST_LINES } from './LogBuffer'

/** What is above the first line: older ones that can be loaded, or why there are none. */
export function OlderLines({ feed, view }: { feed: LogFeed; view: LogView }) {
  if (view.cleared) return <span>Cleared. The log itself keeps its lines.</span>
  if (view.size >= MOST_LINES)
    return <span>The display keeps the newest {count(MOST_LINES)} lines; Download has all of them.</span>
  switch (view.older) {
    case 'loading':
      return <span>Loading older lines{'\u2026'}</span>
    case 'none':
      return <span>{view.size > 0 ? 'Beginning of the log' : ''}</span>
    case 'failed':
      return (
        <>
          <span>{view.olderError}</span>
          <Button onClick={() => void feed.loadOlder()}>Try again</Button>
        </>
      )
    case 'unknown':
      if (view.size === 0) return <span>{view.settled ? 'No lines yet.' : ''}</span>
      return <Button onClick={() => void feed.loadOlder()}>Load older lines</Button>
  }
}
