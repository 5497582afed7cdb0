import { oneOf } from '@/shared/url/params'
import { useTabParams } from '../address'
import { LEVELS, type Level } from './entries'

/** What is chosen for the display, as the address has it. */
export interface Settings {
  level: Level
  text: string
  wrapped: boolean
  heartbeats: boolean
  setLevel: (level: string) => void
  setText: (text: string) => void
  setWrapped: (wrapped: boolean) => void
  setHeartbeats: (heartbeats: boolean) => void
}

export function useSettings(): Settings {
  const [param, setParams] = useTabParams()
  return {
    level: oneOf(param('level'), LEVELS),
    text: param('find') ?? '',
    wrapped: param('wrap') !== 'no',
    heartbeats: param('heartbeats') !== 'no',
    setLevel: (level) => setParams({ level: level === 'all' ? null : level }),
    setText: (text) => setParams({ find: text || null }),
    setWrapped: (wrapped) => setParams({ wrap: wrapped ? null : 'no' }),
    setHeartbeats: (shown) => setParams({ heartbeats: shown ? null : 'no' }),
  }
}
