export const stopped = Symbol('stopped')

/** What `work` gives, or at once `stopped` when the signal aborts; what is still under way then is nobody's any more. */
export async function untilStopped<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | typeof stopped> {
  if (signal.aborted) return stopped
  const { promise, resolve } = Promise.withResolvers<typeof stopped>()
  const stop = () => resolve(stopped)
  signal.addEventListener('abort', stop, { once: true })
  const working = work()
  try {
    return await Promise.race([working, promise])
  } catch (error) {
    if (signal.aborted) return stopped
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    working.catch(() => undefined)
  }
}
