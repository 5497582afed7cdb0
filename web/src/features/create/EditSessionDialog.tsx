export function EditSessionDialog() {
  return <p>EditSessionDialog</p>
}
