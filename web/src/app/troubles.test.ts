import { expect, test } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { troubles } from './troubles'

const good = { ok: true, message: 'answers' }
const notReady = (parts: object) => new ApiError('not ready', 503, 'not_ready', { parts })

test('an API that does not answer is one sentence', () => {
  expect(troubles(new ApiError('nothing', 0, 'unreachable'))).toEqual([
    'The API does not answer. Sessions trade on by themselves; this page waits for it.',
  ])
})

test('each part that is down is told with what it means and why', () => {
  const database = { ok: false, message: 'refused' }
  const zygote = { ok: false, message: 'not ready yet' }
  expect(troubles(notReady({ database, supervisor: good, zygote }))).toEqual([
    'The database is down. Sessions trade on; what is shown may be old. (refused)',
    'The launcher is getting ready. Sessions can be started in a moment. (not ready yet)',
  ])
})

test('of a launcher nothing is said while the supervisor is away', () => {
  const down = { ok: false, message: 'no answer' }
  expect(troubles(notReady({ database: good, supervisor: down, zygote: down }))).toHaveLength(1)
})

test('where nothing is wrong nothing is said', () => {
  expect(troubles(null)).toEqual([])
})
