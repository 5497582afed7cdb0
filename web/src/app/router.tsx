import { lazy, Suspense } from 'react'
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { RunningPage } from '@/features/running/RunningPage'
import { ErrorPage } from './ErrorPage'
import { Layout } from './Layout'
import { NotFoundPage } from './NotFoundPage'

const WelcomePage = lazy(async () => ({
  default: (await import('@/features/welcome/WelcomePage')).WelcomePage,
}))

const detail: RouteObject = {
  path: ':id/:tab?',
  lazy: async () => ({ Component: (await import('@/features/detail/DetailPanel')).DetailPanel }),
}
const create: RouteObject = {
  path: 'new',
  lazy: async () => ({ Component: (await import('@/features/create/NewSessionDialog')).NewSessionDialog }),
}
const edit: RouteObject = {
  path: 'edit/:id',
  lazy: async () => ({ Component: (await import('@/features/create/EditSessionDialog')).EditSessionDialog }),
}
/** What opens over every list, at an address below it. */
const panels = [create, edit, detail]

export const router = createBrowserRouter([
  {
    path: '/',
    Component: Layout,
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
    children: [
      {
        // A page that breaks leaves the frame around it.
        ErrorBoundary: ErrorPage,
        children: [
          { index: true, element: <Navigate to="/running" replace /> },
          {
            path: 'running',
            element: (
              <RunningPage
                welcome={
                  <Suspense>
                    <WelcomePage />
                  </Suspense>
                }
              />
            ),
            children: panels,
          },
          {
            path: 'scrapers',
            lazy: async () => ({
              Component: (await import('@/features/scrapers/ScrapersPage')).ScrapersPage,
            }),
            children: [
              {
                path: 'data/:market',
                lazy: async () => ({ Component: (await import('@/features/scrapers/DataPanel')).DataPanel }),
              },
              ...panels,
            ],
          },
          {
            path: 'history',
            lazy: async () => ({ Component: (await import('@/features/history/HistoryPage')).HistoryPage }),
            children: panels,
          },
          {
            path: 'compare',
            lazy: async () => ({ Component: (await import('@/features/compare/ComparePage')).ComparePage }),
          },
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
  },
])
