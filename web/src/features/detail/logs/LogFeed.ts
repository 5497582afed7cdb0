import { wordsOf } from '@/shared/api/errors'
import { protocols, socketUrl } from '@/shared/api/token'
import type { LogStreamMessage } from '@/shared/api/types'
import { day } from '@/shared/format/time'
import { Connection, CONNECTING, type Standing } from '@/shared/live/Connection'
import { ofMessage, type Draft, type Entry, type Filter } from './entries'
import { LogBuffer, MOST_LINES } from './LogBuffer'
import { olderLines } from './older'

/** Lines that are there at once. */
const TAIL = 2_000
/** After this the beginning is there, even where the log is shorter than the tail. */
const TAIL_MS = 1_000
/** Warnings and errors are read aloud no oftener than this. */
const ALOUD_MS = 3_000
/** A hidden page has no frames; its lines are put away once a second. */
const HIDDEN_MS = 1_000

export type Older = 'unknown' | 'loading' | 'none' | 'failed'

/** What is shown at a moment. Its lists are those of the buffer: a new view is made whenever they change. */
export interface LogView {
  shown: readonly Entry[]
  matches: readonly number[]
  size: number
  dropped: number
  /** Lines that wait for the end of the pause. */
  waiting: number
  paused: boolean
  cleared: boolean
  standing: Standing
  older: Older
  olderError: string
  /** Pages of older lines that were loaded. */
  pagesLoaded: number
  /** Whether the first lines had time to come. */
  settled: boolean
  /** Whether lines of other days than today are about. */
  dated: boolean
  /** The latest warning or error, for those who listen. */
  trouble: Entry | null
}

/** Feeds the display of one session's log: the stream, a batch for each frame, the pause, and what is older. */
export class LogFeed {
  readonly buffer = new LogBuffer()
  private view: LogView
  private readonly listeners = new Set<() => void>()
  private connection: Connection<LogStreamMessage> | null = null
  private arrived: Draft[] = []
  private held: Draft[] = []
  private lastOffset = -1
  private frame: number | undefined
  private timer: number | undefined
  private settleTimer: number | undefined
  private aloudAt = 0

  constructor(private readonly id: string) {
    this.view = {
      shown: [],
      matches: [],
      size: 0,
      dropped: 0,
      waiting: 0,
      paused: false,
      cleared: false,
      standing: CONNECTING,
      older: 'unknown',
      olderError: '',
      pagesLoaded: 0,
      settled: false,
      dated: false,
      trouble: null,
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly snapshot = (): LogView => this.view

  start(): void {
    this.connection = new Connection<LogStreamMessage>({
      url: (offset) => {
        const from = offset ?? (this.lastOffset >= 0 ? this.lastOffset : null)
        const where = from === null ? `tail=${TAIL}` : `offset=${from}`
        return socketUrl(`/sessions/${this.id}/logs/stream?${where}`)
      },
      protocols,
      onMessage: (message) => this.receive(message),
      onStanding: (standing) => this.change({ standing }),
      onOpen: () => {
        this.settleTimer ??= window.setTimeout(() => this.change({ settled: true }), TAIL_MS)
      },
    })
    this.connection.open()
  }

  stop(): void {
    this.connection?.close()
    this.connection = null
    for (const timer of [this.timer, this.settleTimer]) window.clearTimeout(timer)
    if (this.frame !== undefined) window.cancelAnimationFrame(this.frame)
    this.frame = this.timer = this.settleTimer = undefined
    this.flush()
  }

  readonly retry = (): void => this.connection?.retryNow()

  setFilter(filter: Filter): void {
    this.buffer.setFilter(filter)
    this.change({})
  }

  setText(text: string): void {
    this.buffer.setText(text)
    this.change({})
  }

  readonly clear = (): void => {
    this.buffer.clear()
    this.change({})
  }

  readonly showAll = (): void => {
    this.buffer.showAll()
    this.change({})
  }

  /** Holds the display, or lets everything in that waits. */
  readonly setPaused = (paused: boolean): void => {
    if (!paused) {
      this.buffer.append(this.held)
      this.held = []
    }
    this.change({ paused })
  }

  /** Asks for the lines in front of the oldest. */
  readonly loadOlder = async (): Promise<void> => {
    const oldest = this.buffer.oldest()
    if (!oldest || this.view.older === 'loading' || this.buffer.size >= MOST_LINES) return
    this.change({ older: 'loading' })
    try {
      const { lines, isAll } = await olderLines(this.id, oldest.offset)
      this.buffer.prepend(lines)
      this.change({ older: isAll ? 'none' : 'unknown', pagesLoaded: this.view.pagesLoaded + 1 })
    } catch (error) {
      this.change({ older: 'failed', olderError: wordsOf(error) })
    }
  }

  private receive(message: LogStreamMessage): void {
    if (message.type === 'gap' && message.reset) this.beginAnew()
    const isLine = message.type === 'log' || message.type === 'trade'
    if (isLine && message.offset <= this.lastOffset) return // it is there already
    if (message.type !== 'gap') this.lastOffset = message.offset
    this.arrived.push(ofMessage(message))
    if (document.visibilityState === 'hidden') {
      this.timer ??= window.setTimeout(this.flush, HIDDEN_MS)
    } else {
      this.frame ??= window.requestAnimationFrame(this.flush)
    }
  }

  /** Offsets are those of another log from here on, and so is what is older. */
  private beginAnew(): void {
    this.lastOffset = -1
    this.change({ older: 'none' })
  }

  private readonly flush = (): void => {
    this.frame = this.timer = undefined
    const batch = this.arrived
    if (batch.length === 0) return
    this.arrived = []
    if (this.view.paused) {
      this.held.push(...batch)
      this.held.splice(0, this.held.length - MOST_LINES)
    } else {
      this.buffer.append(batch)
    }
    this.change({})
  }

  private change(changes: Partial<LogView>): void {
    const { shown, matches, size, dropped, isCleared, lines } = this.buffer
    this.view = {
      ...this.view,
      ...changes,
      shown,
      matches,
      size,
      dropped,
      cleared: isCleared,
      waiting: this.held.length,
      settled: this.view.settled || changes.settled === true || lines >= TAIL,
      dated: shown[0] !== undefined && day(shown[0].at / 1000) !== day(Date.now() / 1000),
      trouble: this.troubleOf(shown),
    }
    for (const listener of this.listeners) listener()
  }

  /** The newest line, where it is one to be read aloud. */
  private troubleOf(shown: readonly Entry[]): Entry | null {
    const newest = shown.at(-1)
    const isTrouble = newest?.kind === 'error' || newest?.kind === 'warn'
    if (!this.view.settled || !isTrouble || Date.now() - this.aloudAt < ALOUD_MS) return this.view.trouble
    if (this.view.trouble?.key !== newest.key) this.aloudAt = Date.now()
    return newest
  }
}
