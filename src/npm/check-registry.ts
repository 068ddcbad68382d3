/** Whether a package registry answers; a sentence saying what is wrong when it does not. Never throws. */
export async function checkRegistry(registryUrl: string, timeoutMs: number): Promise<string | undefined> {
  const url = new URL('-/ping', registryUrl.replace(/\/?$/, '/'))
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    return response.ok ? undefined : `${url.host} answers with status ${response.status}`
  } catch {
    return `${url.host} cannot be reached`
  }
}
