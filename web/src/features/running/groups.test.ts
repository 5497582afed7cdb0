import { expect, test } from 'vitest'
import { linesOf, trading } from './groups'
import { session } from './testing'

const NONE: ReadonlySet<string> = new Set()

const told = (lines: ReturnType<typeof linesOf>) =>
  lines.map((line) => (line.kind === 'head' ? `${line.group} ${line.sessions.length}` : line.key))

test('each session is in its group, the newest first, and empty groups have no head', () => {
  const lines = linesOf(
    [
      session({ id: 'old' }),
      session({ id: 'draft', status: 'created' }),
      session({ id: 'new', started_at: 250 }),
      session({ id: 'rests', status: 'paused' }),
    ],
    NONE,
  )
  expect(told(lines)).toEqual(['running 2', 'new', 'old', 'paused 1', 'rests', 'created 1', 'draft'])
  expect(lines[2]).toMatchObject({ place: 2, size: 2 })
})

test('what is silent is apart, paused or not; drafts and failed ones are never stale', () => {
  const lines = linesOf(
    [
      session({ id: 'a' }),
      session({ id: 'b', status: 'paused' }),
      session({ id: 'c', status: 'failed', stopped_at: 1 }),
    ],
    new Set(['a', 'b', 'c']),
  )
  expect(told(lines)).toEqual(['stale 2', 'b', 'a', 'failed 1', 'c'])
})

test('a heartbeat moves no row', () => {
  const before = [session({ id: 'a' }), session({ id: 'b' }), session({ id: 'c' })]
  const after = before.map((one) => (one.id === 'b' ? { ...one, trade_count: 9, heardAt: 1 } : one)).reverse()
  expect(told(linesOf(after, NONE))).toEqual(told(linesOf(before, NONE)))
})

test('scrapers have a page of their own', () => {
  const open = new Map(
    [session({ id: 'a' }), session({ id: 's', type: 'scraper' })].map((one) => [one.id, one]),
  )
  expect(trading(open).map((one) => one.id)).toEqual(['a'])
})
