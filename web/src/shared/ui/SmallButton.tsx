import { styled } from '@mui/material/styles'

/** A small outlined button without ripples and wrappers: light enough for rows of long lists. */
export const SmallButton = styled('button')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    font: 'inherit',
    fontSize: '0.8125rem',
    fontWeight: 600,
    lineHeight: 1.5,
    minHeight: 28,
    padding: theme.spacing(0.25, 1.25),
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(0.5),
    whiteSpace: 'nowrap',
    textDecoration: 'none',
    color: palette.primary.main,
    background: 'transparent',
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    cursor: 'pointer',
    '&:hover': { borderColor: palette.primary.main, background: palette.action.hover },
    '&:focus-visible': { outline: `2px solid ${palette.primary.main}`, outlineOffset: 1 },
    '&:disabled': {
      color: palette.text.disabled,
      borderColor: palette.divider,
      background: 'transparent',
      cursor: 'default',
    },
    '@media (pointer: coarse)': { minHeight: 36, padding: theme.spacing(0.5, 1.5) },
  }
})
