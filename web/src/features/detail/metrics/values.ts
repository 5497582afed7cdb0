export { isResult, valueOf } from '@/shared/format/figures'
