import { styled } from '@mui/material/styles'
import type { Kind } from './entries'

export const LINE_HEIGHT = 20
/** Room above the first line, for what loads older ones, and below the last, for the mark of the end. */
export const HEAD_HEIGHT = 36
export const FOOT_HEIGHT = 28

const COLOURED = ['info', 'entry', 'exit', 'warn', 'error', 'heartbeat'] as const satisfies Kind[]

/** The scrolling area and its lines: plain elements, styled by their names, as thousands pass by. */
export const Lines = styled('div')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    flex: 1,
    minHeight: 0,
    overflow: 'auto',
    overscrollBehavior: 'contain',
    // The list itself keeps what one reads where it is.
    overflowAnchor: 'none',
    border: `1px solid ${palette.divider}`,
    borderRadius: 8,
    background: palette.background.default,
    fontFamily: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, "DejaVu Sans Mono", monospace',
    fontSize: '0.78rem',
    lineHeight: `${LINE_HEIGHT}px`,
    '&:focus-visible': { outline: `2px solid ${palette.primary.main}`, outlineOffset: -1 },
    '& .all': { position: 'relative', minWidth: '100%' },
    '& .line': {
      position: 'absolute',
      top: 0,
      left: 0,
      minWidth: '100%',
      display: 'flex',
      columnGap: '1.5ch',
      padding: theme.spacing(0, 1.5),
      whiteSpace: 'nowrap',
      contain: 'layout style',
    },
    '& .line:hover': { background: palette.action.hover },
    '& .level': { flex: 'none', width: '5ch', fontWeight: 700 },
    '& .time': { flex: 'none', color: palette.text.secondary },
    '&.wrapped .line': { width: '100%', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
    '&.wrapped .message': { flex: 1, minWidth: 0 },
    '& .line.current': {
      boxShadow: `inset 3px 0 ${palette.primary.main}`,
      background: palette.action.selected,
    },
    '& mark': { background: '#ffe27a', color: '#1a1a1a', borderRadius: 2 },
    '& .current mark': { background: '#ffb73d' },
    ...Object.fromEntries(COLOURED.map((kind) => [`& .${kind}`, { color: palette.log[kind] }])),
    '& .heartbeat .time': { color: 'inherit' },
    '& .gap': { color: palette.log.warn, fontStyle: 'italic' },
    '& .head, & .foot': {
      position: 'absolute',
      left: 0,
      padding: theme.spacing(0, 1.5),
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      color: palette.text.secondary,
    },
    '& .head': { top: 0, height: HEAD_HEIGHT },
    '& .foot': { bottom: 0, height: FOOT_HEIGHT },
    [theme.breakpoints.down('sm')]: {
      '&.wrapped .line': { flexWrap: 'wrap' },
      '&.wrapped .message': { flex: '0 0 100%' },
    },
  }
})
