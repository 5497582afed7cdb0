/** A WebSocket that comes back: after a loss it tries again with growing delay, behind the last offset. */

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'closed'

interface Options<Message> {
  /** Address for the place to resume from; null at the first connection. */
  url: (offset: number | null) => string
  protocols: () => string[]
  onMessage: (message: Message) => void
  onState: (state: ConnectionState) => void
  /** Called at every connection but the first: what no offset resumes has to be asked for again. */
  onReconnect?: () => void
}

const FIRST_DELAY = 500
const LONGEST_DELAY = 15_000

/** Milliseconds before the next attempt, spread so that many windows do not come at once. */
export function delayBefore(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt)
  return full / 2 + (random() * full) / 2
}

export class Connection<Message extends { offset: number }> {
  private socket: WebSocket | null = null
  private timer: number | undefined
  private attempt = 0
  private offset: number | null = null
  private wasOpen = false
  private ended = false

  constructor(private readonly options: Options<Message>) {}

  open(): void {
    this.ended = false
    window.addEventListener('online', this.retryNow)
    this.connect()
  }

  /** Ends it for good. */
  close(): void {
    this.ended = true
    window.removeEventListener('online', this.retryNow)
    window.clearTimeout(this.timer)
    this.drop()
    this.options.onState('closed')
  }

  /** Tries again at once, where it waits for the next attempt. */
  readonly retryNow = (): void => {
    if (this.ended || this.socket) return
    window.clearTimeout(this.timer)
    this.attempt = 0
    this.connect()
  }

  private connect(): void {
    if (!this.wasOpen) this.options.onState('connecting')
    const socket = new WebSocket(this.options.url(this.offset), this.options.protocols())
    this.socket = socket
    socket.onopen = () => {
      this.attempt = 0
      this.options.onState('open')
      if (this.wasOpen) this.options.onReconnect?.()
      this.wasOpen = true
    }
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message
      this.offset = message.offset
      this.options.onMessage(message)
    }
    socket.onclose = () => this.lost()
  }

  private lost(): void {
    this.socket = null
    if (this.ended) return
    this.options.onState('lost')
    this.timer = window.setTimeout(() => this.connect(), delayBefore(this.attempt))
    this.attempt += 1
  }

  private drop(): void {
    const { socket } = this
    this.socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }
}
