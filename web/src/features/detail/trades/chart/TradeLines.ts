import type {
  ISeriesPrimitive,
  PrimitiveHoveredItem,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'

interface Point {
  x: number
  y: number
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** A line from an entry to its exit. */
export interface TradeLine {
  id: string
  from: UTCTimestamp
  entry: number
  to: UTCTimestamp
  exit: number
  colour: string
  strong: boolean
  /** Small marks at its ends where there is no room for large ones: 1 of a long trade, -1 of a short one, 0 none. */
  ends: 1 | -1 | 0
  entryColour: string
}

const SMALL = 3
const NEAR = 6

/** Draws the lines between entries and exits beneath the candles, and small marks at their ends. */
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

  /** The trade whose small mark is at this place. */
  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    const near = ({ x: atX, y: atY }: Point) => Math.abs(atX - x) <= NEAR && Math.abs(atY - y) <= NEAR
    const found = this.lines.find((line) => line.ends !== 0 && this.placed(line)?.some(near))
    return found ? { externalId: found.id, zOrder: 'normal', cursorStyle: 'pointer' } : null
  }

  private placed({ from, entry, to, exit }: TradeLine): [Point, Point] | null {
    const { drawnOn } = this
    if (!drawnOn) return null
    const x = (time: Time) => drawnOn.chart.timeScale().timeToCoordinate(time)
    const y = (price: number) => drawnOn.series.priceToCoordinate(price)
    const [fromX, fromY, toX, toY] = [x(from), y(entry), x(to), y(exit)]
    if (fromX === null || fromY === null || toX === null || toY === null) return null
    return [
      { x: fromX, y: fromY },
      { x: toX, y: toY },
    ]
  }

  private draw(target: Target): void {
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      for (const line of this.lines) {
        const ends = this.placed(line)
        if (!ends) continue
        const [from, to] = ends
        if (to.x < 0 || from.x > mediaSize.width) continue
        context.beginPath()
        context.strokeStyle = line.colour
        context.lineWidth = line.strong ? 3 : 1.5
        context.setLineDash(line.strong ? [] : [4, 3])
        context.moveTo(from.x, from.y)
        context.lineTo(to.x, to.y)
        context.stroke()
        if (line.ends !== 0) drawEnds(context, line, from, to)
      }
    })
  }
}

/** A triangle where it was entered, up for long and down for short; a dot where it was left. */
function drawEnds(context: CanvasRenderingContext2D, line: TradeLine, from: Point, to: Point): void {
  context.fillStyle = line.entryColour
  context.beginPath()
  context.moveTo(from.x, from.y - SMALL * line.ends)
  context.lineTo(from.x - SMALL, from.y + SMALL * line.ends)
  context.lineTo(from.x + SMALL, from.y + SMALL * line.ends)
  context.fill()
  context.fillStyle = line.colour
  context.beginPath()
  context.arc(to.x, to.y, SMALL - 0.5, 0, 2 * Math.PI)
  context.fill()
}
