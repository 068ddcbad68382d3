/** A repository as people write it, by name or address, in lower case; undefined when it is none. */
export function readRepositoryName(text: string): string | undefined {
  const name = /^<?(?:https?:\/\/[^/\s]+\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?(?:\|[^>]*)?>?$/.exec(text.trim())?.[1]
  return name?.toLowerCase()
}
