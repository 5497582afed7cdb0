import type { TabName } from './address'

export const tabId = (name: TabName): string => `tab-${name}`
export const tabPanelId = (name: TabName): string => `tabpanel-${name}`
