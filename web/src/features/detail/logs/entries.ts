import type { LogRow, LogStreamMessage } from '@/shared/api/types'

/** Kinds of lines, told apart by colour and by word. */
export type Kind = 'info' | 'entry' | 'exit' | 'warn' | 'error' | 'heartbeat' | 'gap'

/** A line before it has its place. */
export interface Draft {
  kind: Kind
  /** Milliseconds of Unix time. */
  at: number
  message: string
  /** Where the file goes on behind it. */
  offset: number
}

/** A line of the display; keys grow from each line to the next. */
export interface Entry extends Draft {
  key: number
}

export const LABELS: Record<Kind, string> = {
  info: 'INFO',
  entry: 'TRADE',
  exit: 'TRADE',
  warn: 'WARN',
  error: 'ERROR',
  heartbeat: '\u2661',
  gap: 'GAP',
}

/** What the filter offers, as the address names it. */
export const LEVELS = ['all', 'info', 'trade', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]

const KINDS: Record<Level, ReadonlySet<Kind>> = {
  all: new Set(['info', 'entry', 'exit', 'warn', 'error']),
  info: new Set(['info']),
  trade: new Set(['entry', 'exit']),
  warn: new Set(['warn']),
  error: new Set(['error']),
}

export interface Filter {
  level: Level
  heartbeats: boolean
}

/** Whether a line is shown. What is missing is told whatever is asked for. */
export function passes({ kind }: Entry, { level, heartbeats }: Filter): boolean {
  if (kind === 'gap') return true
  return kind === 'heartbeat' ? heartbeats : KINDS[level].has(kind)
}

/** Whether a line is one of the file: heartbeats and gaps are told by the stream alone. */
export function isOfFile({ kind }: Draft): boolean {
  return kind !== 'heartbeat' && kind !== 'gap'
}

export function ofMessage(message: LogStreamMessage): Draft {
  const { offset } = message
  const at = message.timestamp * 1000
  if (message.type === 'heartbeat') return { kind: 'heartbeat', at, message: 'Heartbeat', offset }
  if (message.type === 'gap') {
    const text = `${message.reset ? 'Earlier' : 'Some'} lines are missing: ${message.message}`
    return { kind: 'gap', at, message: text, offset }
  }
  return { kind: kindOf(message.level, message.data, message.message), at, message: message.message, offset }
}

export function ofRow({ level, data, message, timestamp, offset }: LogRow): Draft {
  return { kind: kindOf(level, data, message), at: timestamp * 1000, message, offset }
}

function kindOf(level: string, data: unknown, message: string): Kind {
  if (level === 'trade') return isExit(data, message) ? 'exit' : 'entry'
  return level === 'warn' || level === 'error' ? level : 'info'
}

function isExit(data: unknown, message: string): boolean {
  if (typeof data === 'object' && data !== null && 'action' in data) return data.action === 'exit'
  return message.startsWith('EXIT')
}
