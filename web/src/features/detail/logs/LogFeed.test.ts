import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LogFeed } from './LogFeed'

const pages = vi.hoisted(() => ({ asked: [] as number[] }))

/** The API's page of a log whose lines end at 10, 20, 30 ... */
vi.mock('@/shared/api/client', () => ({
  api: {
    GET: (_path: string, { params }: { params: { query: { before: number; limit: number } } }) => {
      const { before, limit } = params.query
      pages.asked.push(before)
      const total = before / 10 - 1
      const logs = Array.from({ length: Math.min(limit, total) }, (_, index) => {
        const number = total - index
        return {
          timestamp: number,
          level: 'info',
          message: `line ${number}`,
          offset: number * 10,
          data: null,
        }
      })
      return Promise.resolve({ logs, total })
    },
  },
  unwrap: (answer: Promise<unknown>) => answer,
}))

class FakeSocket {
  static readonly CONNECTING = 0
  static made: FakeSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  readyState = 1

  constructor(readonly url: string) {
    FakeSocket.made.push(this)
  }
  close() {
    this.onmessage = null
  }
  tell(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  line(number: number, level = 'info') {
    const message = `line ${number}`
    this.tell({ type: 'log', timestamp: number, level, message, exchange: 'sandbox', offset: number * 10 })
  }
}

function started() {
  const feed = new LogFeed('a')
  feed.start()
  const socket = () => {
    const newest = FakeSocket.made.at(-1)
    if (!newest) throw new Error('no socket was made')
    return newest
  }
  socket().onopen?.()
  const shown = () => {
    vi.advanceTimersToNextFrame()
    return feed.snapshot().shown.map((entry) => entry.message)
  }
  return { feed, socket, shown }
}

beforeEach(() => {
  FakeSocket.made = []
  pages.asked = []
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the lines of one frame are one change', () => {
  const { feed, socket, shown } = started()
  const told = vi.fn()
  feed.subscribe(told)
  for (let number = 1; number <= 50; number += 1) socket().line(number)
  expect(shown()).toHaveLength(50)
  expect(told).toHaveBeenCalledTimes(1)
})

test('after a loss it goes on behind the last line, and no line is there twice', () => {
  const { socket, shown } = started()
  expect(socket().url).toContain('?tail=2000')
  socket().line(1)
  socket().line(2)
  socket().onclose?.({ code: 1006, reason: '' })
  vi.advanceTimersByTime(1_000)
  expect(socket().url).toContain('?offset=20')
  socket().onopen?.()
  socket().line(2)
  socket().line(3)
  expect(shown()).toEqual(['line 1', 'line 2', 'line 3'])
})

test('what is missing stands between the lines', () => {
  const { socket, shown } = started()
  socket().line(1)
  const gap = {
    type: 'gap',
    timestamp: 2,
    exchange: 'sandbox',
    reset: false,
    lost: 500,
    message: '500 bytes',
  }
  socket().tell({ ...gap, offset: 60 })
  socket().line(6)
  expect(shown()).toEqual(['line 1', 'Some lines are missing: 500 bytes', 'line 6'])
})

test('a log that began anew is shown from its beginning', () => {
  const { socket, shown } = started()
  socket().line(5)
  const gap = { type: 'gap', timestamp: 2, exchange: 'sandbox', reset: true, lost: 0, message: 'anew' }
  socket().tell({ ...gap, offset: 10 })
  socket().line(1)
  expect(shown()).toEqual(['line 5', 'Earlier lines are missing: anew', 'line 1'])
})

test('a pause holds the display and counts what waits', () => {
  const { feed, socket, shown } = started()
  socket().line(1)
  shown()
  feed.setPaused(true)
  socket().line(2)
  socket().line(3)
  expect(shown()).toEqual(['line 1'])
  expect(feed.snapshot().waiting).toBe(2)
  feed.setPaused(false)
  expect(shown()).toEqual(['line 1', 'line 2', 'line 3'])
  expect(feed.snapshot().waiting).toBe(0)
})

test('older lines are put in front until there are none', async () => {
  const { feed, socket, shown } = started()
  for (const number of [1_201, 1_202, 1_203]) socket().line(number)
  shown()
  await feed.loadOlder()
  expect(feed.snapshot()).toMatchObject({ older: 'unknown' })
  expect(shown()).toHaveLength(1_003)
  await feed.loadOlder()
  expect(feed.snapshot()).toMatchObject({ older: 'none' })
  expect(shown()).toEqual(Array.from({ length: 1_203 }, (_, index) => `line ${index + 1}`))
  expect(pages.asked).toEqual([12_010, 2_010])
})

test('a stopped feed tells nothing more', () => {
  const { feed, socket, shown } = started()
  feed.stop()
  socket().line(1)
  expect(shown()).toEqual([])
})
