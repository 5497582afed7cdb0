import { styled } from '@mui/material/styles'
import Box from '@mui/material/Box'
import { useRef, type KeyboardEvent } from 'react'
import { Hidden } from './parts'
import { months, stepped, told, type Day, type Range } from './days'

const Cell = styled('button')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    font: 'inherit',
    fontSize: '0.6875rem',
    lineHeight: 1.1,
    position: 'relative',
    width: 34,
    height: 30,
    padding: 0,
    borderRadius: 4,
    cursor: 'pointer',
    color: palette.text.primary,
    border: `1px solid ${palette.divider}`,
    background: palette.background.paper,
    '& small': { display: 'block', fontSize: '0.5625rem' },
    // Told apart without colour: filled, striped with its percentage, empty and dashed.
    '&[data-state="complete"]': {
      background: palette.primary.main,
      borderColor: palette.primary.main,
      color: palette.primary.contrastText,
      fontWeight: 600,
    },
    '&[data-state="partial"]': {
      borderColor: palette.primary.main,
      backgroundImage: `repeating-linear-gradient(135deg, ${palette.action.selected} 0 2px, transparent 2px 7px)`,
    },
    '&[data-state="missing"]': { border: `1px dashed ${palette.error.main}`, color: palette.text.secondary },
    '&[aria-pressed="true"]': { outline: `2px solid ${palette.text.primary}`, outlineOffset: 1 },
    '&:focus-visible': { outline: `3px solid ${palette.warning.main}`, outlineOffset: 1 },
  }
})

interface Props {
  days: readonly Day[]
  range: Range | null
  onChoose: (day: string, extend: boolean) => void
}

/** The recorded days, month by month, a week a row. One of them is reached by Tab, the others by arrow keys. */
export function Calendar({ days, range, onChoose }: Props) {
  const grid = useRef<HTMLDivElement>(null)
  const current = Math.max(0, range ? days.findIndex((day) => day.day === range.to) : days.length - 1)
  const step = (event: KeyboardEvent) => {
    const at = days.findIndex((day) => day.day === (event.target as HTMLElement).dataset.day)
    const to = at < 0 ? null : stepped(at, event.key, days.length)
    const next = to === null ? undefined : days[to]
    if (!next) return
    event.preventDefault()
    grid.current?.querySelector<HTMLElement>(`[data-day="${next.day}"]`)?.focus()
  }
  return (
    <Box
      ref={grid}
      role="group"
      aria-label="Recorded days"
      onKeyDown={step}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2.5, alignItems: 'flex-start' }}
    >
      {months(days).map((month) => (
        <div key={month.name}>
          <Box sx={{ fontSize: '0.8125rem', fontWeight: 600, mb: 0.5 }}>{month.name}</Box>
          <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(7, 34px)', gap: '4px' }}>
            {month.days.map((day, index) => (
              <Cell
                key={day.day}
                type="button"
                data-day={day.day}
                data-state={day.state}
                aria-pressed={range !== null && day.day >= range.from && day.day <= range.to}
                title={told(day)}
                tabIndex={days[current]?.day === day.day ? 0 : -1}
                style={index === 0 ? { gridColumnStart: month.offset + 1 } : undefined}
                onClick={(event) => onChoose(day.day, event.shiftKey)}
              >
                <span aria-hidden>
                  {Number(day.day.slice(8))}
                  {day.state === 'partial' && <small>{day.percent} %</small>}
                  {day.state === 'missing' && <small>none</small>}
                </span>
                <Hidden>{told(day)}</Hidden>
              </Cell>
            ))}
          </Box>
        </div>
      ))}
    </Box>
  )
}
