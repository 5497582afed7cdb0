import { Outlet } from 'react-router'

export function RunningPage() {
  return (
    <>
      <h1>Running sessions</h1>
      <Outlet />
    </>
  )
}
