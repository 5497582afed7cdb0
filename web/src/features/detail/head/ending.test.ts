import { describe, expect, test } from 'vitest'
import { howItEnded } from './ending'

const nothing = { exit_outcome: null, exit_code: null, exit_signal: null, exit_message: null }

describe('howItEnded', () => {
  test('tells a signal in words', () => {
    expect(howItEnded({ ...nothing, exit_outcome: 'killed', exit_signal: 9 })).toEqual({
      title: 'Failed: its process was ended',
      words: 'It was killed from outside (signal 9), by somebody or for want of memory.',
      message: null,
    })
  })

  test('keeps what the session said itself', () => {
    const ended = howItEnded({
      ...nothing,
      exit_outcome: 'error',
      exit_code: 1,
      exit_message: ' no candles\n',
    })
    expect(ended.message).toBe('no candles')
    expect(ended.words).toBe('It stopped by itself.')
  })

  test('names an exit code that says more than that it failed', () => {
    expect(howItEnded({ ...nothing, exit_outcome: 'error', exit_code: 7 }).words).toContain('exit code 7')
  })

  test('says so where nothing is known', () => {
    expect(howItEnded(nothing).words).toContain('nothing is known')
  })
})
