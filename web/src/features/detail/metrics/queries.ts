export { metricsQuery } from '@/shared/api/queries'
