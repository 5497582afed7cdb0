import { describe, expect, it } from 'vitest'
import { DAY, firstRange, lacking, rangeOf, retyped, typedRange } from './range'

const JANUARY = 1_704_067_200
const day = (name: string) => ({ day: name, rows: 1440, expected: 1440, complete: true })

describe('the range of a backtest', () => {
  it('includes its last day', () => {
    const range = { start: '2024-01-01', end: '2024-01-02', exact: false }
    expect(rangeOf(range, JANUARY + 30 * DAY)).toEqual({ start: JANUARY, end: JANUARY + 2 * DAY })
  })

  it('ends now on a day that is not over, and stays wrong on one that has not begun', () => {
    const now = JANUARY + DAY + 3_690
    const until = (end: string) => rangeOf({ start: '2024-01-01', end, exact: false }, now).end
    expect(until('2024-01-02')).toBe(JANUARY + DAY + 3_660)
    expect(until('2024-01-03')).toBe(JANUARY + 3 * DAY)
  })

  it('has no bound where none is typed', () => {
    expect(rangeOf({ start: '', end: '2024-13-01', exact: false }, JANUARY)).toEqual({
      start: null,
      end: null,
    })
  })

  it('is typed in days where it consists of days, else in minutes', () => {
    expect(typedRange(JANUARY, JANUARY + DAY)).toEqual({
      start: '2024-01-01',
      end: '2024-01-01',
      exact: false,
    })
    const hour = { start: '2024-01-01T00:00', end: '2024-01-01T01:00', exact: true }
    expect(typedRange(JANUARY, JANUARY + 3_600)).toEqual(hour)
    expect(retyped(hour, false, JANUARY + DAY)).toEqual({
      start: '2024-01-01',
      end: '2024-01-01',
      exact: false,
    })
  })

  it('begins with the last week that there is', () => {
    expect(firstRange(JANUARY + 10 * DAY + 5, null)).toMatchObject({ start: '2024-01-04', end: '2024-01-10' })
    const recorded = [day('2024-03-01'), day('2024-03-02')]
    expect(firstRange(JANUARY + 400 * DAY, recorded)).toMatchObject({
      start: '2024-03-01',
      end: '2024-03-02',
    })
  })

  it('lacks what lies before, within and behind the recorded days', () => {
    const coverage = {
      days: [day('2024-01-02'), day('2024-01-03')],
      gaps: [{ start: JANUARY + DAY + 60, end: JANUARY + DAY + 120 }],
    }
    expect(lacking(coverage, JANUARY, JANUARY + 4 * DAY)).toEqual([
      { start: JANUARY, end: JANUARY + DAY },
      { start: JANUARY + DAY + 60, end: JANUARY + DAY + 120 },
      { start: JANUARY + 3 * DAY, end: JANUARY + 4 * DAY },
    ])
    expect(lacking({ days: [], gaps: [] }, 0, DAY)).toEqual([{ start: 0, end: DAY }])
  })
})
