/** A WebSocket that comes back: after a loss it tries again with growing delay, behind the last offset. */

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended' | 'closed'

/** How a connection stands. */
export interface Standing {
  state: ConnectionState
  /** When it is tried again, in milliseconds of the browser's clock; null unless it is lost. */
  retryAt: number | null
  /** Why it was lost or ended, in the API's own words; empty where nobody said. */
  reason: string
}

interface Options<Message> {
  /** Address for the place to resume from; null as long as no message has come. */
  url: (offset: number | null) => string
  protocols: () => string[]
  onMessage: (message: Message) => void
  onStanding: (standing: Standing) => void
  /** Called whenever it stands: what no offset resumes has to be asked for anew. */
  onOpen?: () => void
}

const FIRST_DELAY = 500
const LONGEST_DELAY = 15_000
/** A handshake that takes longer is given up. */
const HANDSHAKE_PATIENCE = 10_000
/** Only a connection that held for so long makes the delays short again: one may be opened only to be refused. */
const HELD = 5_000
/** What the API closes with where there is nothing to come back for: the session was deleted. */
const GONE = 4404

export const CONNECTING: Standing = { state: 'connecting', retryAt: null, reason: '' }

/** Milliseconds before the next attempt, spread so that many windows do not come at once. */
export function delayBefore(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt)
  return full / 2 + (random() * full) / 2
}

export class Connection<Message extends { offset: number }> {
  private socket: WebSocket | null = null
  private retryTimer: number | undefined
  private patienceTimer: number | undefined
  private attempt = 0
  private offset: number | null = null
  private wasOpen = false
  private finished = true

  constructor(private readonly options: Options<Message>) {}

  open(): void {
    this.finished = false
    window.addEventListener('online', this.onWake)
    document.addEventListener('visibilitychange', this.onWake)
    this.connect()
  }

  /** Ends it for good. */
  close(): void {
    this.finish()
    this.drop()
    this.tell('closed')
  }

  /** Tries again at once, where it waits for the next attempt. */
  readonly retryNow = (): void => {
    if (this.finished || this.socket) return
    this.attempt = 0
    this.connect()
  }

  /** The network is back, or somebody looks again: timers of hidden pages are slow, so nobody waits for them. */
  private readonly onWake = (): void => {
    if (document.visibilityState === 'visible') this.retryNow()
  }

  private connect(): void {
    window.clearTimeout(this.retryTimer)
    window.clearTimeout(this.patienceTimer)
    if (!this.wasOpen && this.attempt === 0) this.tell('connecting')
    const socket = new WebSocket(this.options.url(this.offset), this.options.protocols())
    this.socket = socket
    this.patienceTimer = window.setTimeout(() => {
      this.drop()
      this.lost('it does not answer')
    }, HANDSHAKE_PATIENCE)
    socket.onopen = () => this.opened()
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message
      this.offset = message.offset
      this.options.onMessage(message)
    }
    socket.onclose = (event) => {
      this.socket = null
      if (event.code === GONE) this.gone(event.reason)
      else this.lost(event.reason)
    }
  }

  private opened(): void {
    window.clearTimeout(this.patienceTimer)
    this.patienceTimer = window.setTimeout(() => (this.attempt = 0), HELD)
    this.wasOpen = true
    this.tell('open')
    this.options.onOpen?.()
  }

  private lost(reason: string): void {
    window.clearTimeout(this.patienceTimer)
    const delay = delayBefore(this.attempt)
    this.attempt += 1
    this.retryTimer = window.setTimeout(() => this.connect(), delay)
    this.tell('lost', Date.now() + delay, reason)
  }

  private gone(reason: string): void {
    this.finish()
    this.tell('ended', null, reason)
  }

  private finish(): void {
    this.finished = true
    window.removeEventListener('online', this.onWake)
    document.removeEventListener('visibilitychange', this.onWake)
    window.clearTimeout(this.retryTimer)
    window.clearTimeout(this.patienceTimer)
  }

  private tell(state: ConnectionState, retryAt: number | null = null, reason = ''): void {
    this.options.onStanding({ state, retryAt, reason })
  }

  /** Lets go of the socket, which then tells nothing more. */
  private drop(): void {
    const { socket } = this
    this.socket = null
    if (!socket) return
    socket.onmessage = socket.onclose = null
    // A browser complains of a socket that is closed before it is open, so that one is closed then.
    socket.onopen = () => socket.close()
    if (socket.readyState !== WebSocket.CONNECTING) socket.close()
  }
}
