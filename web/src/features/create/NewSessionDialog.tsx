export function NewSessionDialog() {
  return <p>NewSessionDialog</p>
}
