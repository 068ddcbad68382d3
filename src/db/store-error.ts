/** Thrown by openStore when the file cannot be used; the message names the file and says what to do. */
export class StoreError extends Error {
  override name = 'StoreError'
}
