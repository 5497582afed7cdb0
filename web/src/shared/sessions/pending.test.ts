import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keys } from '@/shared/api/queries'
import type { SessionDetail } from '@/shared/api/types'
import { confirmed, foresee, forget, takeBack } from './actions'
import { putSession, type OpenSession, type OpenSessions } from './open'

const client = new QueryClient()
const put = (session: Partial<SessionDetail>) => putSession(client, session as SessionDetail)
const shown = (id: string): OpenSession | undefined => client.getQueryData<OpenSessions>(keys.open)?.get(id)

beforeEach(() => {
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.reject(new Error('no network in this test'))),
  )
  client.setQueryData(keys.open, new Map())
  put({ id: 'a', name: 'A', status: 'running', allowed: ['stop', 'pause'], started_at: 1 })
})
afterEach(() => {
  forget(client, 'a')
  client.clear()
})

test('a result is shown at once, and nothing more can be asked until the answer', () => {
  foresee(client, ['a'], 'pause')
  expect(shown('a')).toMatchObject({ status: 'paused', allowed: [], pending: 'pause' })
  confirmed(client, { id: 'a', status: 'paused', allowed: ['resume'] } as SessionDetail)
  expect(shown('a')).toMatchObject({ status: 'paused', allowed: ['resume'] })
  expect(shown('a')?.pending).toBeUndefined()
})

test('what is told meanwhile does not make it jump, such as the stop within a restart', () => {
  foresee(client, ['a'], 'restart')
  put({ id: 'a', status: 'stopped', allowed: ['start'] })
  expect(shown('a')).toMatchObject({ status: 'running', pending: 'restart' })
  confirmed(client, { id: 'a', status: 'running', allowed: ['stop'], run: 2 } as SessionDetail)
  expect(shown('a')).toMatchObject({ status: 'running', run: 2 })
})

test('a refusal shows it again as it is, with what was told meanwhile', () => {
  foresee(client, ['a'], 'stop')
  expect(shown('a')).toBeUndefined()
  put({ id: 'a', name: 'A', status: 'paused', allowed: ['resume', 'stop'] })
  expect(shown('a')).toBeUndefined()
  takeBack(client, 'a')
  expect(shown('a')).toMatchObject({ status: 'paused', allowed: ['resume', 'stop'] })
})

test('one that ended meanwhile does not come back by a refusal', () => {
  foresee(client, ['a'], 'pause')
  put({ id: 'a', status: 'completed', allowed: [] })
  takeBack(client, 'a')
  expect(shown('a')).toBeUndefined()
})

test('many are deleted at once and those that are refused come back', () => {
  put({ id: 'b', name: 'B', status: 'created', allowed: ['start'] })
  foresee(client, ['a', 'b'], 'delete')
  expect([shown('a'), shown('b')]).toEqual([undefined, undefined])
  forget(client, 'b')
  takeBack(client, 'a')
  expect([shown('a')?.name, shown('b')]).toEqual(['A', undefined])
})
