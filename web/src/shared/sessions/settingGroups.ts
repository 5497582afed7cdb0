const GROUPS: readonly { title: string; has: RegExp }[] = [
  { title: 'Account', has: /^(starting_balance|leverage|timeframe|maintenance_margin)$/ },
  { title: 'Costs', has: /(_fee|^spread_ticks|^slippage_\w+)$/ },
  { title: 'Fills', has: /^(volume_share|fill_at_touch|latency_ms|within_bar|path_steps)$/ },
  { title: 'Missing data', has: /^allow_gaps$/ },
  { title: 'After a crash', has: /^restart\./ },
]

/** Settings under headings; one that is new to this page comes last. */
export function grouped<Field extends { name: string }>(
  fields: readonly Field[],
): { title: string; fields: Field[] }[] {
  const named = GROUPS.map(({ title, has }) => ({
    title,
    fields: fields.filter(({ name }) => has.test(name)),
  }))
  const rest = fields.filter(({ name }) => !GROUPS.some(({ has }) => has.test(name)))
  return [...named, { title: 'Other', fields: rest }].filter((group) => group.fields.length > 0)
}
