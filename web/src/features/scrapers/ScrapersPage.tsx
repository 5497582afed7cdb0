export function ScrapersPage() {
  return <p>ScrapersPage</p>
}
