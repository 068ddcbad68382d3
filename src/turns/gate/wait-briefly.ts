/** What a promise gives within `limitMs`; undefined when it takes longer or the signal ends the wait. */
export async function waitBriefly<T>(
  promise: Promise<T>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>()
  const giveUp = () => end(undefined)
  const timer = setTimeout(giveUp, limitMs)
  signal.addEventListener('abort', giveUp, { once: true })
  if (signal.aborted) giveUp()
  try {
    return await Promise.race([promise, ended])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}
