import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Connection, delayBefore, type Standing } from './Connection'

/** A WebSocket whose other end is the test. */
class FakeSocket {
  static readonly CONNECTING = 0
  static made: FakeSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  readyState = 0
  closed = false

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this)
  }

  accept() {
    this.readyState = 1
    this.onopen?.()
  }
  send(offset: number) {
    this.onmessage?.({ data: JSON.stringify({ offset }) })
  }
  end(code = 1006, reason = '') {
    this.readyState = 3
    this.onclose?.({ code, reason })
  }
  close() {
    this.closed = true
  }
}

const newest = () => {
  const socket = FakeSocket.made.at(-1)
  if (!socket) throw new Error('no socket was made')
  return socket
}

const open: { close: () => void }[] = []

function connect() {
  const standings: Standing[] = []
  const messages: number[] = []
  const opened = vi.fn()
  const connection = new Connection<{ offset: number }>({
    url: (offset) => `ws://here/stream${offset === null ? '' : `?after=${offset}`}`,
    protocols: () => ['botyard'],
    onMessage: (message) => messages.push(message.offset),
    onStanding: (standing) => standings.push(standing),
    onOpen: opened,
  })
  connection.open()
  open.push(connection)
  const states = () => standings.map((standing) => standing.state)
  return { connection, standings, states, messages, opened }
}

beforeEach(() => {
  FakeSocket.made = []
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.spyOn(Math, 'random').mockReturnValue(1)
})

afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('delays grow from half a second to a quarter of a minute and are spread over their half', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => delayBefore(attempt, () => 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ])
  expect(delayBefore(2, () => 0)).toBe(1000)
})

test('it tells of every opening', () => {
  const { states, opened } = connect()
  newest().accept()
  newest().end()
  vi.advanceTimersByTime(500)
  newest().accept()
  expect(states()).toEqual(['connecting', 'open', 'lost', 'open'])
  expect(opened).toHaveBeenCalledTimes(2)
})

test('it resumes behind the last offset it was sent', () => {
  const { messages } = connect()
  expect(newest().url).toBe('ws://here/stream')
  newest().accept()
  newest().send(70)
  newest().send(95)
  newest().end()
  vi.advanceTimersByTime(500)
  expect(newest().url).toBe('ws://here/stream?after=95')
  expect(messages).toEqual([70, 95])
})

test('a log that began anew is resumed from its own offsets', () => {
  connect()
  newest().accept()
  newest().send(9000)
  newest().send(50)
  newest().end()
  vi.advanceTimersByTime(500)
  expect(newest().url).toBe('ws://here/stream?after=50')
})

test('it waits longer after each attempt in vain, such as handshakes answered with 503', () => {
  const { standings } = connect()
  for (const delay of [500, 1000, 2000, 4000]) {
    const before = FakeSocket.made.length
    newest().end()
    expect(standings.at(-1)).toEqual({ state: 'lost', retryAt: Date.now() + delay, reason: '' })
    vi.advanceTimersByTime(delay - 1)
    expect(FakeSocket.made).toHaveLength(before)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.made).toHaveLength(before + 1)
  }
})

test('a connection that is refused after its opening does not make the delays short again', () => {
  const { standings } = connect()
  for (const delay of [500, 1000, 2000]) {
    newest().accept()
    newest().end(1013, 'the database does not answer')
    expect(standings.at(-1)).toEqual({
      state: 'lost',
      retryAt: Date.now() + delay,
      reason: 'the database does not answer',
    })
    vi.advanceTimersByTime(delay)
  }
  newest().accept()
  vi.advanceTimersByTime(5_000)
  newest().end()
  expect(standings.at(-1)?.retryAt).toBe(Date.now() + 500)
})

test('it is tried at once when the network is back', () => {
  connect()
  newest().end()
  const before = FakeSocket.made.length
  window.dispatchEvent(new Event('online'))
  expect(FakeSocket.made).toHaveLength(before + 1)
  vi.advanceTimersByTime(9_999)
  expect(FakeSocket.made).toHaveLength(before + 1)
})

test('trying now does nothing to a connection that stands', () => {
  const { connection } = connect()
  newest().accept()
  connection.retryNow()
  window.dispatchEvent(new Event('online'))
  expect(FakeSocket.made).toHaveLength(1)
})

test('a handshake that nobody answers is given up', () => {
  const { states } = connect()
  const hanging = newest()
  vi.advanceTimersByTime(10_000)
  expect(states()).toEqual(['connecting', 'lost'])
  vi.advanceTimersByTime(500)
  expect(FakeSocket.made).toHaveLength(2)
  hanging.accept()
  expect(hanging.closed).toBe(true)
  expect(states()).toEqual(['connecting', 'lost'])
})

test('closed while connecting it closes the socket once that is open, and tells nothing more', () => {
  const { connection, states, opened } = connect()
  connection.close()
  expect(newest().closed).toBe(false)
  newest().accept()
  expect(newest().closed).toBe(true)
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.made).toHaveLength(1)
  expect(states()).toEqual(['connecting', 'closed'])
  expect(opened).not.toHaveBeenCalled()
})

test('closed while it waits it does not come back', () => {
  const { connection } = connect()
  newest().end()
  connection.close()
  vi.advanceTimersByTime(60_000)
  window.dispatchEvent(new Event('online'))
  expect(FakeSocket.made).toHaveLength(1)
})

test('what a closed connection still had on the way is not told', () => {
  const { connection, messages } = connect()
  newest().accept()
  connection.close()
  newest().send(5)
  expect(messages).toEqual([])
})

test('where the session is gone it ends and does not come back', () => {
  const { standings } = connect()
  newest().accept()
  newest().end(4404, 'the session was deleted')
  expect(standings.at(-1)).toEqual({ state: 'ended', retryAt: null, reason: 'the session was deleted' })
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.made).toHaveLength(1)
})
