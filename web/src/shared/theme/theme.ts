import { createTheme } from '@mui/material/styles'

// Gain and loss differ in lightness as well as in hue (bluish green and vermilion), so that they are told apart
// without red and green; the sign says it too.
declare module '@mui/material/styles' {
  interface Palette {
    gain: string
    loss: string
    log: Record<'info' | 'entry' | 'exit' | 'warn' | 'error' | 'heartbeat', string>
  }
  interface PaletteOptions {
    gain: string
    loss: string
    log: Record<'info' | 'entry' | 'exit' | 'warn' | 'error' | 'heartbeat', string>
  }
}

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-theme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#1f6f5c' },
        background: { default: '#f5f6f7', paper: '#ffffff' },
        gain: '#00695c',
        loss: '#b23c00',
        log: {
          info: '#4d5761',
          entry: '#1b6e2d',
          exit: '#1357b8',
          warn: '#7a5b00',
          error: '#b3121d',
          heartbeat: '#67707a',
        },
      },
    },
    dark: {
      palette: {
        primary: { main: '#6fc9b0' },
        background: { default: '#101417', paper: '#181d21' },
        gain: '#5fd0bb',
        loss: '#ff9166',
        log: {
          info: '#a4afb9',
          entry: '#6cd58a',
          exit: '#7db4ff',
          warn: '#e8c252',
          error: '#ff8a8a',
          heartbeat: '#87929c',
        },
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
    h1: { fontSize: '1.35rem', fontWeight: 650 },
    h2: { fontSize: '1.1rem', fontWeight: 650 },
    h3: { fontSize: '0.95rem', fontWeight: 650 },
    button: { textTransform: 'none', fontWeight: 600 },
    // The heads of groups in the lists.
    overline: { fontWeight: 700, letterSpacing: '0.06em', lineHeight: 1.8 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        // In place of `inherit`, which keeps the browser from sharing the styles of like elements.
        '*, *::before, *::after': { boxSizing: 'border-box' },
        // Numbers under numbers: digits of one width everywhere.
        body: { fontVariantNumeric: 'tabular-nums', overflowY: 'scroll' },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            // None at all: however short, each would begin with the old value, and a list that has just grown would
            // be measured as it was.
            transition: 'none !important',
          },
        },
      },
    },
    MuiButton: { defaultProps: { size: 'small', disableElevation: true } },
    MuiTextField: { defaultProps: { size: 'small' } },
    MuiTooltip: { defaultProps: { enterDelay: 400 } },
    MuiPaper: { defaultProps: { variant: 'outlined' } },
    MuiAppBar: { defaultProps: { variant: 'elevation' } },
  },
})
