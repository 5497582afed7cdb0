import { Outlet } from 'react-router'

export function ScrapersPage() {
  return (
    <>
      <h1>Scrapers</h1>
      <Outlet />
    </>
  )
}
