export interface WaitOptions {
  timeoutMs?: number
  /** What is waited for, for the error's sentence. */
  what?: string
}

/** Resolves with the first value that is not empty, asked again every 5 ms; rejects after `timeoutMs`, default 20,000. */
export async function waitFor<T>(read: () => T | undefined | false | null, options: WaitOptions = {}): Promise<T> {
  const { timeoutMs = 20_000, what = 'something to happen' } = options
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
