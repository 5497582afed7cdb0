import { useColorScheme, useTheme, type CssVarsTheme } from '@mui/material/styles'
import {
  ColorType,
  createChart,
  TickMarkType,
  type ChartOptions,
  type DeepPartial,
  type IChartApi,
  type Time,
} from 'lightweight-charts'
import { useCallback, useEffect, useMemo, useState, type RefCallback } from 'react'
import { clockTime, dateTime, day } from '@/shared/format/time'

/** Colours for drawing on a canvas, which knows no CSS variables. */
export interface ChartColours {
  text: string
  grid: string
  /** Lines such as equity. */
  line: string
  gain: string
  loss: string
  muted: string
}

/** The colours of the theme as it is now: light or dark. */
export function useChartColours(): ChartColours {
  const { colorScheme = 'light' } = useColorScheme()
  const theme = useTheme<CssVarsTheme>()
  return useMemo(() => {
    const palette = theme.colorSchemes[colorScheme]?.palette ?? theme.palette
    const dark = colorScheme === 'dark'
    return {
      text: dark ? '#a4afb9' : '#5c6670',
      grid: dark ? '#242b31' : '#eceef0',
      line: palette.primary.main,
      gain: palette.gain,
      loss: palette.loss,
      muted: dark ? '#4a555e' : '#c3cad0',
    }
  }, [theme, colorScheme])
}

const seconds = (time: Time): number => (typeof time === 'number' ? time : 0)

/** Local time on the axis, as everywhere on the pages. */
function tick(time: Time, kind: TickMarkType): string {
  const at = seconds(time)
  if (kind === TickMarkType.TimeWithSeconds) return clockTime(at).slice(0, 8)
  if (kind === TickMarkType.Time) return clockTime(at).slice(0, 5)
  const date = day(at)
  if (kind === TickMarkType.Year) return date.slice(0, 4)
  return kind === TickMarkType.Month ? date.slice(0, 7) : date.slice(5)
}

function options(colours: ChartColours): DeepPartial<ChartOptions> {
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: colours.text,
      fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
      fontSize: 11,
    },
    grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
    rightPriceScale: { borderColor: colours.grid },
    timeScale: {
      borderColor: colours.grid,
      timeVisible: true,
      secondsVisible: false,
      tickMarkFormatter: tick,
    },
    localization: { timeFormatter: (time: Time) => dateTime(seconds(time)) },
  }
}

/**
 * A chart in the theme's colours, as wide as its element: what `draw` made of it (null until then), and the ref of
 * the element. It is moved by the arrow keys, and enlarged by + and -, while its element has the focus; 0 shows all.
 */
export function useChart<T>(
  colours: ChartColours,
  draw: (chart: IChartApi) => T,
): [Drawn<T> | null, RefCallback<HTMLElement>] {
  const [drawn, setDrawn] = useState<Drawn<T> | null>(null)
  const [build] = useState(() => draw)
  const [initial] = useState(colours)
  const ref = useCallback<RefCallback<HTMLElement>>(
    (element) => {
      if (!element) return
      const chart = createChart(element, options(initial))
      const press = (event: KeyboardEvent) => {
        if (event.target === element && move(chart, event.key)) event.preventDefault()
      }
      element.addEventListener('keydown', press)
      setDrawn({ chart, ...build(chart) })
      return () => {
        element.removeEventListener('keydown', press)
        setDrawn(null)
        chart.remove()
      }
    },
    [build, initial],
  )
  useEffect(() => drawn?.chart.applyOptions(options(colours)), [drawn, colours])
  return [drawn, ref]
}

/** A chart with what was added to it. */
export type Drawn<T> = T & { chart: IChartApi }

const MOVES: Readonly<Record<string, { shift: number; zoom: number }>> = {
  ArrowLeft: { shift: -0.1, zoom: 0 },
  ArrowRight: { shift: 0.1, zoom: 0 },
  '+': { shift: 0, zoom: -0.1 },
  '-': { shift: 0, zoom: 0.1 },
}

function move(chart: IChartApi, key: string): boolean {
  const range = chart.timeScale().getVisibleLogicalRange()
  if (key === '0') chart.timeScale().fitContent()
  const by = MOVES[key]
  if (!by || !range) return key === '0'
  const width = range.to - range.from
  chart.timeScale().setVisibleLogicalRange({
    from: range.from + (by.shift - by.zoom) * width,
    to: range.to + (by.shift + by.zoom) * width,
  })
  return true
}
