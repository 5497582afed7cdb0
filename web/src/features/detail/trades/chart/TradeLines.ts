import type {
  ISeriesPrimitive,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** A line from an entry to its exit. */
export interface TradeLine {
  from: UTCTimestamp
  entry: number
  to: UTCTimestamp
  exit: number
  colour: string
  strong: boolean
}

/** Draws the lines between entries and exits beneath the candles. */
export class TradeLines implements ISeriesPrimitive {
  private lines: readonly TradeLine[] = []
  private drawnOn: SeriesAttachedParameter | null = null
  private readonly views: readonly IPrimitivePaneView[] = [
    { zOrder: () => 'normal', renderer: () => ({ draw: (target) => this.draw(target) }) },
  ]

  attached(parameters: SeriesAttachedParameter): void {
    this.drawnOn = parameters
  }

  detached(): void {
    this.drawnOn = null
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  show(lines: readonly TradeLine[]): void {
    this.lines = lines
    this.drawnOn?.requestUpdate()
  }

  private draw(target: Target): void {
    const { drawnOn } = this
    if (!drawnOn) return
    const x = (time: Time) => drawnOn.chart.timeScale().timeToCoordinate(time)
    const y = (price: number) => drawnOn.series.priceToCoordinate(price)
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      for (const line of this.lines) {
        const [fromX, fromY, toX, toY] = [x(line.from), y(line.entry), x(line.to), y(line.exit)]
        if (fromX === null || fromY === null || toX === null || toY === null) continue
        if (toX < 0 || fromX > mediaSize.width) continue
        context.beginPath()
        context.strokeStyle = line.colour
        context.lineWidth = line.strong ? 3 : 1.5
        context.setLineDash(line.strong ? [] : [4, 3])
        context.moveTo(fromX, fromY)
        context.lineTo(toX, toY)
        context.stroke()
      }
    })
  }
}
