import { styled } from '@mui/material/styles'

/** The look of a table of figures: dense, ruled, its head above. Cells are plain `th` and `td`. */
export const DataTable = styled('table')(({ theme }) => ({
  width: '100%',
  borderCollapse: 'collapse',
  fontSize: '0.8125rem',
  '& th, & td': {
    padding: '5px 6px',
    textAlign: 'right',
    whiteSpace: 'nowrap',
    borderBottom: `1px solid ${(theme.vars ?? theme).palette.divider}`,
  },
  '& thead th': { fontWeight: 650, color: (theme.vars ?? theme).palette.text.secondary },
  '& .text': { textAlign: 'left' },
  '& tbody tr:last-of-type > *': { borderBottom: 0 },
  '& tbody tr:hover': { backgroundColor: (theme.vars ?? theme).palette.action.hover },
}))

/** What a table scrolls in where it is wider than the page. Give it a label: it can be focused, to be scrolled by keys. */
export const ScrollRegion = styled('div')(({ theme }) => ({
  // What is hidden in a cell stays in here.
  position: 'relative',
  overflowX: 'auto',
  border: `1px solid ${(theme.vars ?? theme).palette.divider}`,
  borderRadius: theme.shape.borderRadius,
  backgroundColor: (theme.vars ?? theme).palette.background.paper,
}))
