import type { components, paths } from './schema.gen'

type Schemas = components['schemas']

export type Session = Schemas['SessionItem']
export type SessionDetail = Schemas['SessionDetail']
export type NewSession = Schemas['NewSession']
export type SessionChange = Schemas['SessionChange']
export type Status = Session['status']
export type SessionType = Session['type']
export type Strategy = Schemas['StrategyItem']
export type Market = Schemas['MarketItem']
export type Exchange = Schemas['ExchangeItem']
export type Trade = Schemas['Trade']
export type Metrics = Schemas['Metrics']
export type EquityPoint = Schemas['EquityPoint']
export type Candle = Schemas['Candle']
export type LogRow = Schemas['LogRow']
export type LogLevel = Schemas['LogMessage']['level']
export type SessionEvent = Schemas['EventItem']
export type CoverageDay = Schemas['CoverageDay']
export type Position = Schemas['Position']

export type EventStreamMessage =
  Schemas['EventMessage'] | Schemas['SessionHeartbeatMessage'] | Schemas['DeletedMessage']
export type LogStreamMessage =
  Schemas['LogMessage'] | Schemas['TradeMessage'] | Schemas['HeartbeatMessage'] | Schemas['GapMessage']

export type SessionsQuery = NonNullable<paths['/sessions']['get']['parameters']['query']>
export type TradesQuery = NonNullable<paths['/sessions/{id}/trades']['get']['parameters']['query']>
export type Leg = Schemas['Leg']
export type FigureGroup = Schemas['FigureGroup']
export type Figure = Schemas['FigureItem']
export type Catalogue = Schemas['CatalogueAnswer']
export type CandlesQuery = NonNullable<paths['/sessions/{id}/candles']['get']['parameters']['query']>
