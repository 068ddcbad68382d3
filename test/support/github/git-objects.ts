import { createHash } from 'node:crypto'

export type GitMode = '100644' | '100755' | '120000' | '160000' | '040000'
export type TreeEntry = { name: string; mode: GitMode; sha: string }
type Person = { name: string; email: string; date: string }
export type Commit = { tree: string; parents: readonly string[]; author: Person; message: string }
export type Tag = { object: string; name: string; tagger: Person; message: string }

/** Git's object name: the SHA-1 of the type, the length and the content. */
export function hashObject(type: 'blob' | 'tree' | 'commit' | 'tag', content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.byteLength}\0`).update(content).digest('hex')
}

export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const rows = entries.toSorted(byGitName).flatMap(({ name, mode, sha }) => [
    // Git writes a folder's mode without its leading zero.
    Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
    Buffer.from(sha, 'hex'),
  ])
  return Buffer.concat(rows)
}

export function encodeCommit({ tree, parents, author, message }: Commit): Buffer {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)]
  return Buffer.from([...lines, `author ${sign(author)}`, `committer ${sign(author)}`, '', `${message}\n`].join('\n'))
}

export function encodeTag({ object, name, tagger, message }: Tag): Buffer {
  return Buffer.from(
    [`object ${object}`, 'type commit', `tag ${name}`, `tagger ${sign(tagger)}`, '', message].join('\n'),
  )
}

function sign({ name, email, date }: Person): string {
  return `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`
}

/** Git compares names as bytes, and a folder's as if it ended in a slash. */
export function byGitName(a: TreeEntry, b: TreeEntry): number {
  return Buffer.compare(Buffer.from(sortName(a)), Buffer.from(sortName(b)))
}

function sortName({ name, mode }: TreeEntry): string {
  return mode === '040000' ? `${name}/` : name
}
