import { expect, test } from 'vitest'
import type { Draft, Kind } from './entries'
import { firstFrom, LogBuffer, patternOf } from './LogBuffer'

const line = (message: string, kind: Kind = 'info', offset = 0): Draft => ({ kind, at: 0, message, offset })
const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => line(`line ${from + index}`, 'info', from + index))
const shown = (buffer: LogBuffer) => buffer.shown.map((entry) => entry.message)

test('a filter lets its level through, and what is missing always', () => {
  const buffer = new LogBuffer()
  buffer.append([line('a'), line('b', 'entry'), line('c', 'exit'), line('d', 'error'), line('e', 'gap')])
  buffer.setFilter({ level: 'trade', heartbeats: false })
  expect(shown(buffer)).toEqual(['b', 'c', 'e'])
  buffer.append([line('f', 'warn'), line('g', 'exit')])
  expect(shown(buffer)).toEqual(['b', 'c', 'e', 'g'])
})

test('heartbeats are shown beside any level, or not', () => {
  const buffer = new LogBuffer()
  buffer.append([line('a'), line('beat', 'heartbeat')])
  buffer.setFilter({ level: 'error', heartbeats: true })
  expect(shown(buffer)).toEqual(['beat'])
  buffer.setFilter({ level: 'all', heartbeats: false })
  expect(shown(buffer)).toEqual(['a'])
})

test('a text is found in any case, line by line as they come', () => {
  const buffer = new LogBuffer()
  buffer.append([line('Take-profit (a)'), line('nothing')])
  buffer.setText('PROFIT (')
  buffer.append([line('no'), line('take-profit (b)')])
  expect(buffer.matches.map((key) => buffer.shown[buffer.placeOf(key)]?.message)).toEqual([
    'Take-profit (a)',
    'take-profit (b)',
  ])
})

test('a longer text is looked for in what the shorter one found, another one everywhere', () => {
  const buffer = new LogBuffer()
  buffer.append([line('bid 1'), line('bid 2'), line('ask 2')])
  for (const [text, found] of [
    ['bid', 2],
    ['bid 2', 1],
    ['2', 2],
    ['', 0],
  ] as const) {
    buffer.setText(text)
    expect(buffer.matches).toHaveLength(found)
  }
})

test('more than are kept push the oldest out, matches with them', () => {
  const buffer = new LogBuffer(100)
  buffer.setText('line')
  buffer.append(lines(104))
  expect([buffer.size, buffer.dropped]).toEqual([104, 0])
  buffer.append(lines(2, 104))
  expect([buffer.size, buffer.dropped, buffer.lines]).toEqual([100, 6, 100])
  expect(shown(buffer)[0]).toBe('line 6')
  expect(buffer.matches).toHaveLength(100)
  expect(buffer.matches[0]).toBe(buffer.shown[0]?.key)
})

test('older lines come in front, in order, as many as there is room for', () => {
  const buffer = new LogBuffer(5)
  buffer.setText('line')
  buffer.append(lines(3, 10))
  buffer.prepend(lines(4, 6))
  expect(shown(buffer)).toEqual(['line 8', 'line 9', 'line 10', 'line 11', 'line 12'])
  const keys = buffer.shown.map((entry) => entry.key)
  expect(keys).toEqual([...keys].sort((a, b) => a - b))
  expect(buffer.matches).toEqual(keys)
  expect(buffer.oldest()?.message).toBe('line 8')
})

test('what is cleared is not shown and comes back; what comes then is shown', () => {
  const buffer = new LogBuffer()
  buffer.append(lines(2))
  buffer.clear()
  buffer.append(lines(1, 2))
  expect([shown(buffer), buffer.isCleared]).toEqual([['line 2'], true])
  buffer.showAll()
  expect(shown(buffer)).toEqual(['line 0', 'line 1', 'line 2'])
})

test('only lines of the file count as such', () => {
  const buffer = new LogBuffer()
  buffer.append([line('beat', 'heartbeat'), line('gap', 'gap'), line('a')])
  expect([buffer.lines, buffer.oldest()?.message]).toEqual([1, 'a'])
})

test('a hundred thousand lines take a batch, a filter and a text', () => {
  const buffer = new LogBuffer()
  buffer.append(lines(100_000))
  buffer.setText('9')
  buffer.append(lines(1_000))
  buffer.setFilter({ level: 'info', heartbeats: false })
  expect(buffer.shown).toHaveLength(101_000)
})

test('the first place is found by halving', () => {
  const list = [1, 3, 3, 8]
  expect([0, 3, 4, 9].map((wanted) => firstFrom(list, (value) => value >= wanted))).toEqual([0, 1, 3, 4])
})

test('signs of patterns are ordinary letters', () => {
  expect(patternOf('a.b*(')?.test('xa.b*(')).toBe(true)
  expect(patternOf('a.b')?.test('axb')).toBe(false)
  expect(patternOf('')).toBeNull()
})
