import type { SessionDetail } from '@/shared/api/types'

type Ending = Pick<SessionDetail, 'exit_outcome' | 'exit_code' | 'exit_signal' | 'exit_message'>

const SIGNALS: Record<number, string> = {
  6: 'it aborted itself (signal 6)',
  7: 'it read memory that is not there (signal 7)',
  9: 'it was killed from outside (signal 9), by somebody or for want of memory',
  11: 'it broke inside (signal 11)',
  15: 'it was told to end (signal 15)',
}

/** How a failed run ended, in words a trader understands, and what the session said itself. */
export function howItEnded(session: Ending): { title: string; words: string; message: string | null } {
  const { exit_signal: signal, exit_code: code, exit_message: message, exit_outcome: outcome } = session
  const said = message?.trim() ? message.trim() : null
  if (signal != null) {
    return { title: 'Failed: its process was ended', words: `${sentence(bySignal(signal))}.`, message: said }
  }
  if (outcome === 'error') {
    const told = code != null && code !== 1 ? ` (exit code ${code})` : ''
    return { title: 'Failed: it met an error', words: `It stopped by itself${told}.`, message: said }
  }
  if (code != null && code !== 0) {
    return { title: 'Failed', words: `Its process ended with exit code ${code}.`, message: said }
  }
  return { title: 'Failed', words: 'Its process is gone; nothing is known of why.', message: said }
}

function bySignal(signal: number): string {
  return SIGNALS[signal] ?? `it was ended by signal ${signal}`
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
