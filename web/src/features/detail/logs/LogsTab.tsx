import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { visuallyHidden } from '@mui/utils'
import { useCallback, useDeferredValue, useEffect, useRef, type KeyboardEvent } from 'react'
import type { SessionDetail } from '@/shared/api/types'
import { count } from '@/shared/format/numbers'
import { useLive } from '@/shared/live/LiveProvider'
import { ConnectionLine } from './ConnectionLine'
import { Download } from './Download'
import { LABELS } from './entries'
import { FindField } from './FindField'
import { LogList } from './LogList'
import { JumpToNewest } from './JumpToNewest'
import { OlderLines } from './OlderLines'
import { Toolbar } from './Toolbar'
import { useFollowing } from './useFollowing'
import { useLogFeed } from './useLogFeed'
import { useSearch } from './useSearch'
import { useSettings } from './useSettings'

/** What the session writes, as it writes it. */
export function LogsTab({ session }: { session: SessionDetail }) {
  const settings = useSettings()
  const { level, heartbeats, wrapped } = settings
  // Typing goes before searching a hundred thousand lines.
  const text = useDeferredValue(settings.text)
  const [feed, view] = useLogFeed(session.id, { level, heartbeats }, text)
  const onNearStart = useCallback(() => {
    if (feed.snapshot().older === 'unknown' && !feed.snapshot().cleared) void feed.loadOlder()
  }, [feed])
  const { following, setFollowing, onScroll } = useFollowing(onNearStart)
  const search = useSearch(feed, view, () => setFollowing(false))
  const field = useRef<HTMLInputElement>(null)

  // Once the page's own connection is back, this one need not wait for its turn.
  const { state } = useLive()
  useEffect(() => {
    if (state === 'open') feed.retry()
  }, [feed, state])

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const done = {
      '/': () => field.current?.focus(),
      p: () => feed.setPaused(!view.paused),
      w: toggleWrap,
      // The browser would glide there for a while, past lines that come meanwhile.
      end: () => setFollowing(true),
    }
    const act = done[event.key.toLowerCase() as keyof typeof done] as (() => void) | undefined
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const toggleWrap = () => settings.setWrapped(!wrapped)

  return (
    <Box
      sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', overflowY: 'auto' }}
      onKeyDown={onKeyDown}
    >
      <Typography
        variant="overline"
        component="h3"
        sx={{ display: { xs: 'none', sm: 'block' }, lineHeight: 1.4 }}
      >
        Tick-by-tick logs (streaming)
      </Typography>
      <Toolbar
        feed={feed}
        view={view}
        settings={settings}
        following={following}
        onFollow={setFollowing}
        find={<FindField text={settings.text} onText={settings.setText} search={search} inputRef={field} />}
        download={<Download id={session.id} level={level} text={settings.text} />}
      />
      <Box sx={{ flex: 1, minHeight: 180, display: 'flex', flexDirection: 'column', position: 'relative' }}>
        <LogList
          view={view}
          name={session.name}
          wrapped={wrapped}
          following={following}
          onScroll={onScroll}
          text={text}
          current={search.current}
          target={search.target}
          head={<OlderLines feed={feed} view={view} />}
          foot={<EndMark paused={view.paused} waiting={view.waiting} />}
        />
        {!following && <JumpToNewest feed={feed} view={view} onJump={() => setFollowing(true)} />}
      </Box>
      <ConnectionLine session={session} standing={view.standing} onRetry={feed.retry} />
      <Box role="status" sx={visuallyHidden}>
        {view.trouble && `${LABELS[view.trouble.kind]}: ${view.trouble.message}`}
      </Box>
    </Box>
  )
}

function EndMark({ paused, waiting }: { paused: boolean; waiting: number }) {
  if (!paused) return <span>{'\u25bc'} live - new logs appear here</span>
  return (
    <span role="status">
      {'\u23f8'} paused - {count(waiting)} new {waiting === 1 ? 'line waits' : 'lines wait'}
    </span>
  )
}
