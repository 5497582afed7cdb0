import { styled } from '@mui/material/styles'

/** Below this width a row is a card of several lines. */
export const NARROW = 760
export const HEIGHTS = { row: 62, market: 46 }

// Plain elements with one style each: an exchange lists hundreds of markets.

export const Rows = styled('ul')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    border: `1px solid ${palette.divider}`,
    borderRadius: 8,
    background: palette.background.paper,
    overflow: 'hidden',
    '& > li + li': { borderTop: `1px solid ${palette.divider}` },
  }
})

export const ScraperBox = styled('li')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    display: 'grid',
    gridTemplateColumns: '22px minmax(0, 1fr) minmax(0, 190px) minmax(0, 160px) auto',
    gridTemplateAreas: '"mark name time points buttons" "mark where where beat buttons"',
    columnGap: theme.spacing(1),
    alignItems: 'center',
    minHeight: HEIGHTS.row,
    boxSizing: 'border-box',
    padding: theme.spacing(0.75, 1.25),
    fontSize: '0.875rem',
    lineHeight: '22px',
    '&[data-group="stale"]': { boxShadow: `inset 3px 0 0 ${palette.warning.main}` },
    '&[data-group="failed"]': { boxShadow: `inset 3px 0 0 ${palette.error.main}` },
    '&:hover': { backgroundColor: palette.action.hover },
    '& a[data-control="name"]': { color: 'inherit', textDecoration: 'none', fontWeight: 600 },
    '& a[data-control="name"]:hover': { textDecoration: 'underline' },
    [`@media (max-width: ${NARROW - 0.05}px)`]: {
      gridTemplateColumns: '22px minmax(0, 1fr) auto',
      gridTemplateAreas: '"mark name beat" ". time points" ". where where" ". buttons buttons"',
      rowGap: theme.spacing(0.25),
    },
  }
})

export const MarketBox = styled('li')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    boxSizing: 'border-box',
    display: 'grid',
    gridTemplateColumns: '22px minmax(0, 1fr) minmax(0, 190px) auto',
    gridTemplateAreas: '"mark name data buttons"',
    columnGap: theme.spacing(1),
    alignItems: 'center',
    minHeight: HEIGHTS.market,
    padding: theme.spacing(0.5, 1.25),
    fontSize: '0.875rem',
    '&:hover': { backgroundColor: palette.action.hover },
    '& a, & button': { scrollMarginBlock: 88 },
    [`@media (max-width: ${NARROW - 0.05}px)`]: {
      gridTemplateColumns: '22px minmax(0, 1fr) auto',
      gridTemplateAreas: '"mark name data" ". buttons buttons"',
      rowGap: theme.spacing(0.5),
      paddingBlock: theme.spacing(1),
    },
  }
})

export const Cell = styled('span')({
  minWidth: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
})

export const Buttons = styled('span')(({ theme }) => ({
  gridArea: 'buttons',
  display: 'flex',
  flexWrap: 'wrap',
  gap: theme.spacing(0.75),
  justifyContent: 'flex-end',
  [`@media (max-width: ${NARROW - 0.05}px)`]: { justifyContent: 'flex-start' },
}))

/** Text for those who do not see the page. */
export const Hidden = styled('span')({
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
})

export const Muted = styled('span')(({ theme }) => ({ color: (theme.vars ?? theme).palette.text.secondary }))
