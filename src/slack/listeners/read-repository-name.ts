/** A repository as people write it, by name or address, or as it was set aside, in lower case; undefined when it is none. */
export function readRepositoryName(text: string): string | undefined {
  const name = /^<?(?:https?:\/\/[^/\s]+\/)?([\w.-]+\/[\w.-]+?(?:~\d+)?)(?:\.git)?\/?(?:\|[^>]*)?>?$/.exec(
    text.trim(),
  )?.[1]
  return name?.toLowerCase()
}
