import type { SessionEvent } from '@/shared/api/types'
import { money, plain } from '@/shared/format/numbers'
import { duration } from '@/shared/format/time'

export type EventType = SessionEvent['event_type']

/** How each kind of event is called. */
export const KINDS: Record<EventType, string> = {
  created: 'Created',
  started: 'Started',
  stopped: 'Stopped',
  completed: 'Completed',
  failed: 'Failed',
  paused: 'Paused',
  resumed: 'Resumed',
  restarted: 'Restarted',
  adopted: 'Taken over',
  stale: 'Stale',
  error: 'Error',
  trade: 'Trade',
  updated: 'Changed',
  metric_update: 'Figures',
}

type Data = Readonly<Record<string, unknown>>

function text(data: Data, name: string): string {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}

function number(data: Data, name: string): number | null {
  const value = data[name]
  return typeof value === 'number' ? value : null
}

/** ", run 2", ", PID 123": what is told of a launch. */
function launch(data: Data): string {
  const run = number(data, 'run')
  const pid = number(data, 'pid')
  return (pid === null ? '' : `, PID ${pid}`) + (run === null || run === 0 ? '' : `, run ${run}`)
}

function because(data: Data): string {
  const reason = text(data, 'message') || text(data, 'reason')
  return reason && `: ${reason}`
}

function trade(data: Data): string {
  const result = number(data, 'pnl_usd')
  const what = [text(data, 'side'), text(data, 'market')].filter(Boolean).join(' ')
  const exit = number(data, 'exit_price')
  const why = text(data, 'exit_reason')
  return (
    `Trade: closed ${what}` +
    (exit === null ? '' : ` at ${plain(exit)}`) +
    (result === null ? '' : `, ${money(result, 'USD')}`) +
    (why && ` (${why})`)
  )
}

function changed(data: Data): string {
  const fields = Array.isArray(data.fields)
    ? data.fields.map((field) => String(field).replaceAll('_', ' '))
    : []
  return fields.length > 0 ? `Changed: ${fields.join(', ')}` : 'Changed'
}

function error(data: Data): string {
  const again = number(data, 'restart_in')
  return `Error${because(data)}${again === null ? '' : `; starts again in ${duration(again)}`}`
}

/** What happened, in words. */
export function wordsForEvent({
  event_type: type,
  event_data: data,
}: Pick<SessionEvent, 'event_type' | 'event_data'>): string {
  switch (type) {
    case 'created':
      return text(data, 'cloned_from') ? 'Created as a clone' : 'Created'
    case 'trade':
      return trade(data)
    case 'updated':
      return changed(data)
    case 'error':
      return error(data)
    case 'adopted':
      return `Found alive after a restart of the supervisor${launch(data)}`
    case 'stale':
      return `No heartbeat for too long${because(data)}`
    case 'metric_update':
      return 'Figures written'
    case 'started':
    case 'restarted':
      return `${KINDS[type]}${launch(data)}${because(data)}`
    case 'stopped':
    case 'completed':
    case 'failed':
    case 'paused':
    case 'resumed':
      return `${KINDS[type]}${because(data)}`
  }
}
