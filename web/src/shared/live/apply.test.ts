import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { keys } from '@/shared/api/queries'
import type { EventStreamMessage, SessionDetail } from '@/shared/api/types'
import type { OpenSession, OpenSessions } from '@/shared/sessions/open'
import { apply } from './apply'
import { catchUp } from './catchUp'

/** Requests for sessions, each answered when the test says so. */
const requests = vi.hoisted(() => [] as { id: string; answer: (session: object) => void }[])

vi.mock('@/shared/api/client', () => ({
  api: {
    GET: (_path: string, { params }: { params: { path: { id: string } } }) =>
      new Promise((resolve) => {
        requests.push({ id: params.path.id, answer: (session) => resolve({ session }) })
      }),
  },
  unwrap: (answer: Promise<unknown>) => answer,
}))

const session = (id: string, more: object = {}) =>
  ({
    id,
    name: id,
    run: 1,
    status: 'running',
    last_updated: 1,
    seconds_since_update: 0,
    ...more,
  }) as SessionDetail

const event = (session_id: string): EventStreamMessage => ({
  type: 'event',
  id: 1,
  session_id,
  event_type: 'paused',
  event_data: {},
  status: 'paused',
  exchange: 'sandbox',
  created_at: 1,
  timestamp: 1,
  offset: 1,
})

const open = (client: QueryClient, id: string) => client.getQueryData<OpenSessions>(keys.open)?.get(id)

function clientWith(...ids: string[]): QueryClient {
  const client = new QueryClient()
  const sessions = ids.map((id) => [id, { ...session(id), heardAt: 0 }] as [string, OpenSession])
  client.setQueryData(keys.open, new Map(sessions))
  return client
}

beforeEach(() => {
  requests.length = 0
})

test('a session to which something happened is asked for and put into the list', async () => {
  const client = clientWith('a')
  apply(client, [event('a')])
  requests[0]?.answer(session('a', { status: 'paused' }))
  await vi.waitFor(() => expect(open(client, 'a')?.status).toBe('paused'))
  expect(requests.map(({ id }) => id)).toEqual(['a'])
})

test('of two answers the one that was asked for last counts, in whatever order they come', async () => {
  const client = clientWith('a')
  apply(client, [event('a')])
  apply(client, [event('a')])
  requests[1]?.answer(session('a', { status: 'running', run: 2 }))
  await vi.waitFor(() => expect(open(client, 'a')?.run).toBe(2))
  requests[0]?.answer(session('a', { status: 'paused', run: 1 }))
  await new Promise((resolve) => setTimeout(resolve))
  expect(open(client, 'a')).toMatchObject({ status: 'running', run: 2 })
})

test('a session that ended leaves the list', async () => {
  const client = clientWith('a', 'b')
  apply(client, [event('a')])
  requests[0]?.answer(session('a', { status: 'stopped' }))
  await vi.waitFor(() => expect(open(client, 'a')).toBeUndefined())
  expect(open(client, 'b')).toBeDefined()
})

test('what was deleted is forgotten at once', () => {
  const client = clientWith('a')
  client.setQueryData(keys.detail('a'), session('a'))
  apply(client, [{ type: 'deleted', session_id: 'a', timestamp: 1, offset: 1 }])
  expect(open(client, 'a')).toBeUndefined()
  expect(client.getQueryData(keys.detail('a'))).toBeUndefined()
})

test('a batch about many sessions asks for the list once', () => {
  const client = clientWith()
  const asked = vi.fn(() => Promise.resolve(new Map()))
  client.setQueryDefaults(keys.open, { queryFn: asked })
  const ids = Array.from({ length: 30 }, (_, index) => String(index))
  apply(client, ids.map(event))
  expect(requests).toEqual([])
  expect(client.getQueryState(keys.open)?.isInvalidated).toBe(true)
})

test('what was asked for before the stream stood is asked for again, once it is there', async () => {
  const client = new QueryClient()
  const answers: ((value: string) => void)[] = []
  const load = () => new Promise<string>((resolve) => answers.push(resolve))
  const first = client.query({ queryKey: keys.open, queryFn: load })
  catchUp(client, { all: false })
  expect(answers).toHaveLength(1)
  answers[0]?.('old')
  await first
  await vi.waitFor(() => expect(client.getQueryState(keys.open)?.isInvalidated).toBe(true))
})

test('the first opening asks for sessions again and for nothing else', async () => {
  const client = new QueryClient()
  client.setQueryData(['about'], 1)
  client.setQueryData(keys.open, new Map())
  catchUp(client, { all: false })
  await vi.waitFor(() => expect(client.getQueryState(keys.open)?.isInvalidated).toBe(true))
  expect(client.getQueryState(['about'])?.isInvalidated).toBe(false)
  catchUp(client, { all: true })
  await vi.waitFor(() => expect(client.getQueryState(['about'])?.isInvalidated).toBe(true))
})
