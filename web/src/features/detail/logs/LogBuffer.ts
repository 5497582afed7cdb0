import { isOfFile, passes, type Draft, type Entry, type Filter } from './entries'

export const MOST_LINES = 100_000

/**
 * The lines of the display: a window on the newest of the log. Those that the filter lets through and those that hold
 * the text are kept up to date line by line, so that a batch costs what it holds and not what there is.
 */
export class LogBuffer {
  /** What the filter lets through, oldest first. */
  shown: Entry[] = []
  /** Keys of the shown lines that hold the text. */
  matches: number[] = []
  /** Lines that had to go, as more came than are kept. */
  dropped = 0
  /** Lines of the file among all that are kept. */
  lines = 0

  private all: Entry[] = []
  private nextKey = 0
  private firstKey = 0
  /** Nothing before this key is shown; what Clear moves. */
  private floor = -Infinity
  private filter: Filter = { level: 'all', heartbeats: true }
  private text = ''
  private pattern: RegExp | null = null

  constructor(private readonly most = MOST_LINES) {}

  get size(): number {
    return this.all.length
  }

  get isCleared(): boolean {
    return this.floor !== -Infinity
  }

  /** The oldest line of the file that is kept. */
  oldest(): Entry | undefined {
    return this.all.find(isOfFile)
  }

  append(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      const entry = { ...draft, key: this.nextKey++ }
      this.all.push(entry)
      if (isOfFile(entry)) this.lines += 1
      if (!this.isShown(entry)) continue
      this.shown.push(entry)
      if (this.pattern?.test(entry.message)) this.matches.push(entry.key)
    }
    this.trim()
  }

  /** Puts older lines in front, oldest first; as many as there is room for. */
  prepend(drafts: readonly Draft[]): void {
    const room = Math.max(0, this.most - this.all.length)
    const taken = room < drafts.length ? drafts.slice(drafts.length - room) : drafts
    this.firstKey -= taken.length
    const entries = taken.map((draft, index) => ({ ...draft, key: this.firstKey + index }))
    this.all = [...entries, ...this.all]
    this.lines += entries.length
    const shown = entries.filter((entry) => this.isShown(entry))
    this.shown = [...shown, ...this.shown]
    this.matches = [...this.found(shown), ...this.matches]
  }

  setFilter(filter: Filter): void {
    this.filter = filter
    this.show()
  }

  setText(text: string): void {
    const longer = this.text !== '' && text.toLowerCase().includes(this.text.toLowerCase())
    this.text = text
    this.pattern = patternOf(text)
    // What holds the longer text holds the shorter one too.
    this.matches = this.found(longer ? this.entriesOf(this.matches) : this.shown)
  }

  /** Empties the display; `showAll` brings the lines back. */
  clear(): void {
    this.floor = this.nextKey
    this.show()
  }

  showAll(): void {
    this.floor = -Infinity
    this.show()
  }

  /** Place of a key among the shown lines, or of the first one behind it. */
  placeOf(key: number): number {
    return firstFrom(this.shown, (entry) => entry.key >= key)
  }

  private show(): void {
    this.shown = this.all.filter((entry) => this.isShown(entry))
    this.matches = this.found(this.shown)
  }

  private isShown(entry: Entry): boolean {
    return entry.key >= this.floor && passes(entry, this.filter)
  }

  private found(entries: readonly Entry[]): number[] {
    const { pattern } = this
    if (!pattern) return []
    return entries.filter((entry) => pattern.test(entry.message)).map((entry) => entry.key)
  }

  private entriesOf(keys: readonly number[]): Entry[] {
    return keys.flatMap((key) => this.shown[this.placeOf(key)] ?? [])
  }

  /** Some more than allowed are kept for a while: taking the first away moves all others. */
  private trim(): void {
    if (this.all.length <= this.most + this.most / 20) return
    const gone = this.all.splice(0, this.all.length - this.most)
    this.dropped += gone.length
    this.lines -= gone.filter(isOfFile).length
    const first = this.all[0]?.key ?? this.nextKey
    this.shown = this.shown.slice(this.placeOf(first))
    this.matches = this.matches.slice(firstFrom(this.matches, (key) => key >= first))
  }
}

/** A pattern that finds a text in any case; null for none. */
export function patternOf(text: string, flags = 'i'): RegExp | null {
  return text ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), flags) : null
}

/** The first place of a sorted list for which something is true, found by halving. */
export function firstFrom<T>(list: readonly T[], isBehind: (value: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const value = list[middle]
    if (value !== undefined && isBehind(value)) high = middle
    else low = middle + 1
  }
  return low
}
