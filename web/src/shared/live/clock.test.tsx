import { act, cleanup, render } from '@testing-library/react'
import { Profiler } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useFromNow, useNow } from './clock'

function Age({ since }: { since: number }) {
  return <p>{useFromNow((now) => Math.floor((now - since) / 10_000))}</p>
}

function Now() {
  return <p>{useNow()}</p>
}

beforeEach(() => void vi.useFakeTimers())

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('an age is rendered anew only when it changes', () => {
  const start = Date.now()
  const rendered = vi.fn()
  const { container } = render(
    <Profiler id="age" onRender={rendered}>
      <Age since={start} />
    </Profiler>,
  )
  const before = rendered.mock.calls.length
  act(() => void vi.advanceTimersByTime(9_000))
  expect(container.textContent).toBe('0')
  expect(rendered).toHaveBeenCalledTimes(before)
  act(() => void vi.advanceTimersByTime(1_000))
  expect(container.textContent).toBe('1')
})

test('one timer serves all, and stops when nobody looks', () => {
  const { unmount } = render(
    <>
      <Now />
      <Now />
    </>,
  )
  expect(vi.getTimerCount()).toBe(1)
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

test('what is shown after a time without any clock is not the old time', () => {
  render(<Now />).unmount()
  vi.advanceTimersByTime(600_000)
  const { container } = render(<Now />)
  expect(container.textContent).toBe(String(Date.now()))
})
