/** Of which figures more is better, and of which less. Of all others neither is: such as a number of trades. */
type Direction = 'higher' | 'lower'

const HIGHER = [
  'end_equity profit total_return cagr avg_daily_profit r_squared',
  'sharpe sortino smart_sharpe smart_sortino calmar omega gain_to_pain martin_ratio serenity_index',
  'recovery_factor risk_return_ratio tail_ratio',
  'total_pnl win_rate gross_profit profit_factor expectancy expectancy_100 expectancy_ratio payoff_ratio',
  'avg_win median_trade best_trade avg_trade_return best_trade_return worst_trade_return worst_trade sqn',
  'edge_ratio mfe_captured gross_pnl net_pnl funding',
  'excess_return alpha treynor information_ratio up_capture',
  'best_day worst_day avg_day best_day_profit worst_day_profit best_week worst_week avg_week',
  'best_month worst_month avg_month',
]

const LOWER = [
  'volatility downside_deviation ulcer_index pain_index',
  'max_drawdown max_drawdown_fall max_drawdown_recovery max_drawdown_duration',
  'current_drawdown current_drawdown_duration avg_drawdown avg_drawdown_duration time_underwater',
  'max_loss_streak fees_share slippage_share funding_share costs_share fee_rate slippage_rate down_capture',
]

const TABLE = new Map<string, Direction>([
  ...HIGHER.flatMap((line) => line.split(' ')).map((key): [string, Direction] => [key, 'higher']),
  ...LOWER.flatMap((line) => line.split(' ')).map((key): [string, Direction] => [key, 'lower']),
])

/** Whether more or less of a figure is better; undefined where neither is. */
export function directionOf(key: string): Direction | undefined {
  return TABLE.get(key)
}

/** Places of the best of these values; none where they are all the same, or fewer than two are known. */
export function bestOf(key: string, values: readonly (number | null)[]): ReadonlySet<number> {
  const direction = directionOf(key)
  const known = values.filter((value) => value !== null)
  if (!direction || known.length < 2) return new Set()
  const best = direction === 'higher' ? Math.max(...known) : Math.min(...known)
  if (known.every((value) => value === best)) return new Set()
  return new Set(values.flatMap((value, index) => (value === best ? [index] : [])))
}
