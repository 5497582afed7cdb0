import { useFromNow } from '@/shared/live/clock'
import { NONE } from '@/shared/format/numbers'
import { ago, dateTime, duration, elapsed, utc } from '@/shared/format/time'

/** A moment in local time, in UTC on hover. Seconds are Unix seconds. */
export function Moment({
  seconds,
  show = dateTime,
}: {
  seconds: number | null | undefined
  show?: (seconds: number) => string
}) {
  if (seconds == null) return <span>{NONE}</span>
  return (
    <time dateTime={new Date(seconds * 1000).toISOString()} title={utc(seconds)}>
      {show(seconds)}
    </time>
  )
}

/** How long ago something was, ticking. */
export function Ago({ seconds }: { seconds: number }) {
  const text = useFromNow((now) => ago(now / 1000 - seconds))
  return <time title={utc(seconds)}>{text}</time>
}

/** How long something has been running, ticking. */
export function Elapsed({ since }: { since: number }) {
  const text = useFromNow((now) => elapsed(now / 1000 - since))
  return <time title={`since ${utc(since)}`}>{text}</time>
}

/** Time since the last heartbeat, ticking: ♡ 2s ago. `heardAt` is in milliseconds of the browser's clock. */
export function HeartbeatAge({ heardAt }: { heardAt: number | null }) {
  const text = useFromNow((now) =>
    heardAt === null ? 'no heartbeat yet' : `${duration((now - heardAt) / 1000)} ago`,
  )
  return (
    <span title="time since the last heartbeat">
      <span aria-hidden>♡ </span>
      <span>{text}</span>
    </span>
  )
}
