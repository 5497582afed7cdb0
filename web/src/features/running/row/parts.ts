import { styled } from '@mui/material/styles'

/** Below this width a session is a card of several lines. */
export const NARROW = 900
/** Heights in pixels. On wide screens they are exact; on narrow ones a row is measured, as its text may wrap. */
export const HEIGHTS = { row: 62, card: 152, head: 56 }

// Plain elements with one style each: a thousand sessions may pass by while somebody scrolls.

export const RowBox = styled('li')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    boxSizing: 'border-box',
    minHeight: HEIGHTS.row,
    listStyle: 'none',
    display: 'grid',
    gridTemplateColumns: '32px 22px minmax(0, 1fr) 158px 136px 124px 84px 236px',
    gridTemplateAreas:
      '"box mark name strategy market time trades buttons" "box mark result result result beat beat buttons"',
    columnGap: theme.spacing(1),
    alignContent: 'center',
    alignItems: 'center',
    padding: theme.spacing(0.75, 1),
    fontSize: '0.875rem',
    lineHeight: '22px',
    background: palette.background.paper,
    border: `1px solid ${palette.divider}`,
    borderBottomWidth: 0,
    '&[data-first]': { borderTopLeftRadius: 8, borderTopRightRadius: 8 },
    '&[data-last]': { borderBottomWidth: 1, borderBottomLeftRadius: 8, borderBottomRightRadius: 8 },
    '&[data-group="stale"]': { boxShadow: `inset 3px 0 0 ${palette.warning.main}` },
    '&[data-group="failed"]': { boxShadow: `inset 3px 0 0 ${palette.error.main}` },
    '&:hover, &[data-selected]': {
      backgroundImage: `linear-gradient(${palette.action.hover}, ${palette.action.hover})`,
    },
    '& a[data-control="name"]': { color: 'inherit', textDecoration: 'none' },
    '& a[data-control="name"]:hover': { textDecoration: 'underline' },
    // What gets the focus must not lie under the bars at the top and the bottom.
    '& a, & button, & input': { scrollMarginBlock: 88 },
    [`@media (max-width: ${NARROW - 0.05}px)`]: {
      minHeight: HEIGHTS.card,
      gridTemplateColumns: '32px 22px minmax(0, 1fr) auto',
      gridTemplateAreas:
        '"box mark name trades" ". . strategy market" ". . time beat" ". . result result" ". . buttons buttons"',
      rowGap: theme.spacing(0.25),
    },
  }
})

export const Cell = styled('span')({
  minWidth: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
  [`@media (max-width: ${NARROW - 0.05}px)`]: {
    '&[data-end]': { textAlign: 'end' },
  },
})

/** The second line: what came of it so far. */
export const Result = styled('div')({
  gridArea: 'result',
  minWidth: 0,
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 12,
  [`@media (min-width: ${NARROW}px)`]: { flexWrap: 'nowrap', whiteSpace: 'nowrap', overflow: 'hidden' },
})

export const Buttons = styled('div')(({ theme }) => ({
  gridArea: 'buttons',
  display: 'flex',
  gap: theme.spacing(0.75),
  justifyContent: 'flex-end',
  [`@media (max-width: ${NARROW - 0.05}px)`]: {
    justifyContent: 'flex-start',
    flexWrap: 'wrap',
    marginTop: theme.spacing(0.5),
  },
}))

export const Muted = styled('span')(({ theme }) => ({ color: (theme.vars ?? theme).palette.text.secondary }))

export const Box = styled('input')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    gridArea: 'box',
    width: 18,
    height: 18,
    margin: 0,
    justifySelf: 'center',
    accentColor: palette.primary.main,
    cursor: 'pointer',
    '&:focus-visible': { outline: `2px solid ${palette.primary.main}`, outlineOffset: 2 },
  }
})

export const Bar = styled('span')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    alignSelf: 'center',
    flex: '0 1 180px',
    minWidth: 60,
    height: 8,
    borderRadius: 4,
    overflow: 'hidden',
    background: palette.action.selected,
    '& > span': {
      display: 'block',
      height: '100%',
      background: palette.primary.main,
      transformOrigin: 'left',
      transition: 'transform 250ms linear',
    },
  }
})
