/** Resolves with the first value that is not empty, asked again every few milliseconds; rejects with `what` in time. */
export async function waitFor<T>(
  read: () => T | undefined | false | null,
  options: { timeoutMs?: number; what?: string } = {},
): Promise<T> {
  const { timeoutMs = 5000, what = 'something to happen' } = options
  const deadlineMs = performance.now() + timeoutMs
  for (;;) {
    const value = read()
    if (value !== undefined && value !== false && value !== null) return value
    if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}
