import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { NoticesProvider, useNotify } from '@/shared/ui/notices'
import { nameOf } from '@/shared/ui/useDownload'
import { isMissingFile } from './reload'
import { titleOf } from './Title'

function Teller({ texts, severity }: { texts: string[]; severity: 'success' | 'error' }) {
  const notify = useNotify()
  return <button onClick={() => texts.forEach((text) => notify(text, severity))}>tell</button>
}

function tell(texts: string[], severity: 'success' | 'error' = 'success') {
  render(
    <NoticesProvider>
      <Teller texts={texts} severity={severity} />
    </NoticesProvider>,
  )
  fireEvent.click(screen.getByText('tell'))
}

const shown = () => [
  ...screen.queryAllByRole('status').map((one) => one.textContent),
  ...screen.queryAllByRole('alert').map((one) => one.textContent),
]
const wait = (ms: number) => act(() => void vi.advanceTimersByTime(ms))

beforeEach(() => void vi.useFakeTimers())

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('several notices are there at once, and what finds no room comes later: none is lost', () => {
  tell(['1', '2', '3', '4', '5', '6'])
  expect(shown()).toEqual(['1', '2', '3', '4'])
  wait(3_000)
  expect(shown()).toEqual(['5', '6'])
  wait(3_000)
  expect(shown()).toEqual([])
})

test('an error stays longer and interrupts who listens', () => {
  tell(['broken'], 'error')
  wait(11_000)
  expect(screen.getByRole('alert').textContent).toBe('broken')
  wait(1_000)
  expect(shown()).toEqual([])
})

test('a notice stays as long as one points at it', () => {
  tell(['read me'])
  fireEvent.mouseEnter(screen.getByRole('status'))
  wait(60_000)
  expect(shown()).toEqual(['read me'])
  fireEvent.mouseLeave(screen.getByRole('status'))
  wait(3_000)
  expect(shown()).toEqual([])
})

test('a window is named after what is open in it', () => {
  expect(titleOf('/running')).toBe('Running sessions \u2013 Botyard')
  expect(titleOf('/history/new')).toBe('New session \u2013 History \u2013 Botyard')
  expect(titleOf('/running/01a1/logs', 'BTC Test')).toBe('BTC Test \u2013 Running sessions \u2013 Botyard')
  expect(titleOf('/running/edit/01a1')).toBe('Edit session \u2013 Running sessions \u2013 Botyard')
  expect(titleOf('/scrapers/data/BTC%2FUSDT')).toBe('Data of BTC/USDT \u2013 Scrapers \u2013 Botyard')
  expect(titleOf('/nowhere')).toBe('No such page \u2013 Botyard')
})

test('a missing part of the page is known in the words of each browser', () => {
  for (const words of [
    'Failed to fetch dynamically imported module: http://127.0.0.1/assets/a.js',
    'error loading dynamically imported module: http://127.0.0.1/assets/a.js',
    'Importing a module script failed.',
  ]) {
    expect(isMissingFile(new TypeError(words))).toBe(true)
  }
  expect(isMissingFile(new TypeError('x is undefined'))).toBe(false)
})

test('a download has the name that the API gives it', () => {
  expect(nameOf('attachment; filename="log_a_sandbox.csv"')).toBe('log_a_sandbox.csv')
  expect(nameOf(null)).toBe('download')
})
