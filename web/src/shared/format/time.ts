/** Times as people read them: local, with UTC for those who compare; durations in the two units that matter. */

const two = (value: number): string => String(value).padStart(2, '0')

function parts(date: Date, utc: boolean): { day: string; clock: string } {
  const [year, month, day, hour, minute, second] = utc
    ? [
        date.getUTCFullYear(),
        date.getUTCMonth(),
        date.getUTCDate(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
      ]
    : [
        date.getFullYear(),
        date.getMonth(),
        date.getDate(),
        date.getHours(),
        date.getMinutes(),
        date.getSeconds(),
      ]
  return { day: `${year}-${two(month + 1)}-${two(day)}`, clock: `${two(hour)}:${two(minute)}:${two(second)}` }
}

/** Local date and time of Unix seconds: 2024-01-22 14:32:05. */
export function dateTime(seconds: number): string {
  const { day, clock } = parts(new Date(seconds * 1000), false)
  return `${day} ${clock}`
}

/** Local time of Unix seconds with milliseconds: 14:32:10.234. */
export function clockTime(seconds: number): string {
  const date = new Date(Math.round(seconds * 1000))
  return `${parts(date, false).clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Local date of Unix seconds: 2024-01-22. */
export function day(seconds: number): string {
  return parts(new Date(seconds * 1000), false).day
}

/** UTC date of Unix seconds: 2024-01-22. */
export function utcDay(seconds: number): string {
  return parts(new Date(seconds * 1000), true).day
}

/** The same instant in UTC: 2024-01-22 13:32:05 UTC. */
export function utc(seconds: number): string {
  const { day, clock } = parts(new Date(seconds * 1000), true)
  return `${day} ${clock} UTC`
}

/** The same with milliseconds: 2024-01-22 13:32:10.234 UTC. */
export function utcMillis(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().replace('T', ' ').replace('Z', ' UTC')
}

/** Running time: 00:45:32, from a day on 3d 04:05:06. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const clock = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60].map(two).join(':')
  const days = Math.floor(whole / 86_400)
  return days > 0 ? `${days}d ${clock}` : clock
}

/** A length of time in its two largest units: 2h 15m, 5m 23s, 12s. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ]
  const first = units.findIndex(([value]) => value > 0)
  if (first < 0) return '0s'
  return units
    .slice(first, first + 2)
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${value}${unit}`)
    .join(' ')
}

/** How long ago: 2s ago, 2m 15s ago. */
export function ago(seconds: number): string {
  return `${duration(seconds)} ago`
}
