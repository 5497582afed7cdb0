import { describe, expect, it } from 'vitest'
import { chosenRange, judged, months, stepped, told } from './days'

const day = (name: string, rows: number) =>
  judged({ day: name, rows, expected: 1440, complete: rows === 1440 })

describe('days of the archive', () => {
  it('never calls a day complete or empty that is not', () => {
    expect(day('2024-01-01', 1439)).toMatchObject({ state: 'partial', percent: 99 })
    expect(day('2024-01-01', 1)).toMatchObject({ state: 'partial', percent: 1 })
    expect(told(day('2024-01-01', 0))).toBe('2024-01-01: missing')
  })

  it('lie under their weekday, Monday first', () => {
    const [january, february] = months([day('2024-01-31', 1440), day('2024-02-01', 1440)])
    expect([january?.name, january?.offset]).toEqual(['2024-01', 2])
    expect([february?.name, february?.offset]).toEqual(['2024-02', 3])
  })

  it('are chosen singly, or up to another one', () => {
    const range = chosenRange(null, '2024-01-05', true)
    expect(chosenRange(range, '2024-01-02', true)).toEqual({ from: '2024-01-02', to: '2024-01-05' })
    expect(chosenRange(range, '2024-01-09', true)).toEqual({ from: '2024-01-05', to: '2024-01-09' })
    expect(chosenRange(range, '2024-01-09', false)).toEqual({ from: '2024-01-09', to: '2024-01-09' })
  })

  it('are stepped through within their bounds', () => {
    expect(stepped(0, 'ArrowLeft', 9)).toBeNull()
    expect(stepped(1, 'ArrowDown', 9)).toBe(8)
    expect(stepped(4, 'End', 9)).toBe(8)
    expect(stepped(4, 'a', 9)).toBeNull()
  })
})
