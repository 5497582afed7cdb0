export function DataPanel() {
  return <p>DataPanel</p>
}
