import { Outlet } from 'react-router'

export function HistoryPage() {
  return (
    <>
      <h1>History</h1>
      <Outlet />
    </>
  )
}
