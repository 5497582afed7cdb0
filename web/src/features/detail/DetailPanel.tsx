export function DetailPanel() {
  return <p>DetailPanel</p>
}
