export function RunningPage() {
  return <p>RunningPage</p>
}
