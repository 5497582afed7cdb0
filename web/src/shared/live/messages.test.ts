import { expect, test } from 'vitest'
import type { EventStreamMessage } from '@/shared/api/types'
import type { OpenSession } from '@/shared/sessions/open'
import { afterBeat, digest, failures } from './messages'

type Heartbeat = Extract<EventStreamMessage, { type: 'heartbeat' }>
type Event = Extract<EventStreamMessage, { type: 'event' }>

const beat = (session_id: string, data: Record<string, unknown> = {}, timestamp = 100.7): Heartbeat => ({
  type: 'heartbeat',
  session_id,
  timestamp,
  exchange: 'sandbox',
  data,
  offset: 1,
})

const event = (session_id: string, event_type: Event['event_type'], event_data = {}) =>
  ({
    type: 'event',
    id: 1,
    session_id,
    event_type,
    event_data,
    status: null,
    exchange: 'sandbox',
    created_at: 100,
    timestamp: 100,
    offset: 1,
  }) as Event

const deleted = (session_id: string): EventStreamMessage => ({
  type: 'deleted',
  session_id,
  timestamp: 100,
  offset: 1,
})

const session = { id: 'a', run: 2, pid: 7, trade_count: 1, is_stale: true, heardAt: 5 } as OpenSession

test('of several heartbeats of a session the last counts', () => {
  const last = beat('a', { trade_count: 2 })
  expect(digest([beat('a', { trade_count: 1 }), beat('b'), last]).beats.get('a')).toBe(last)
})

test('trades and figures ask for results, everything else for the session', () => {
  const found = digest([event('a', 'trade'), event('a', 'metric_update'), event('b', 'started')])
  expect([...found.traded]).toEqual(['a'])
  expect([...found.changed]).toEqual(['b'])
})

test('nothing is asked for a session that was deleted, whatever came before', () => {
  const found = digest([beat('a'), event('a', 'failed', { message: 'x' }), event('a', 'trade'), deleted('a')])
  expect([...found.deleted]).toEqual(['a'])
  expect([found.beats.size, found.changed.size, found.traded.size, found.failed.size]).toEqual([0, 0, 0, 0])
})

test('a failure is told with its reason, wherever the event has it', () => {
  const found = digest([
    event('a', 'failed', { message: 'out of memory' }),
    event('b', 'failed', { reason: 'killed' }),
    event('c', 'failed', { code: 1 }),
  ])
  expect(failures(found.failed, (id) => id.toUpperCase())).toEqual([
    'A failed: out of memory',
    'B failed: killed',
    'C failed',
  ])
})

test('many failures at once are one sentence', () => {
  const failed = new Map(['a', 'b', 'c', 'd'].map((id) => [id, 'x']))
  expect(failures(failed, (id) => id)).toEqual(['4 sessions failed'])
})

test('a heartbeat brings what it tells and ends being stale', () => {
  const after = afterBeat(session, beat('a', { trade_count: 3, run: 2 }), 9_000)
  expect(after).toMatchObject({ trade_count: 3, last_updated: 100, heardAt: 9_000, is_stale: false })
})

test('a heartbeat of an earlier run changes nothing', () => {
  expect(afterBeat(session, beat('a', { run: 1, trade_count: 9 }), 9_000)).toBe(session)
})

test('a heartbeat changes neither what the API alone knows nor what a session does not have', () => {
  const after = afterBeat(session, beat('a', { pid: 99, run: 3, cpu: 12 }), 9_000)
  expect(after).toMatchObject({ pid: 7, run: 2 })
  expect(after).not.toHaveProperty('cpu')
})
