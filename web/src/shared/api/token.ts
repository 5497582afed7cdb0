const KEY = 'botyard.token'

/** The token that this browser was given, where the installation asks for one. */
export function bearer(): string | null {
  return localStorage.getItem(KEY)
}

export function keepToken(token: string): void {
  localStorage.setItem(KEY, token)
}

/** Subprotocols of a WebSocket: a browser cannot send Authorization with one, so the token travels here. */
export function protocols(): string[] {
  const token = bearer()
  return token ? ['botyard', `botyard.token.${token}`] : ['botyard']
}

/** Address of a WebSocket of the API. */
export function socketUrl(path: string): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`
}
