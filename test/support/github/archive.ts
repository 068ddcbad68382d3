import { gzipSync } from 'node:zlib'
import { Header, Pax } from 'tar'
import type { GitMode } from './git-objects.ts'
import type { Repository } from './repository.ts'

export type ArchiveEntry =
  | { path: string; bytes: Uint8Array; mode?: number }
  | { path: string; folder: true }
  | { path: string; linkTo: string }

const MODES: Record<GitMode, number> = {
  '100644': 0o664,
  '100755': 0o775,
  '120000': 0o777,
  '160000': 0o775,
  '040000': 0o775,
}

/** The archive GitHub makes of a commit: everything under one folder, owner-name-sha, submodules as empty folders. */
export function archiveCommit(repository: Repository, sha: string): Buffer {
  const { store, seed } = repository
  const top = `${seed.owner}-${seed.name}-${sha.slice(0, 7)}`
  const tree = store.listTree(store.commits.get(sha)?.tree ?? '')
  const attributes = tree.find(([path]) => path === '.gitattributes')?.[1].sha ?? ''
  const ignored = listIgnored(store.blobs.get(attributes)?.toString('utf8') ?? '')
  const kept = tree.filter(([path]) => !ignored.some((each) => path === each || path.startsWith(`${each}/`)))
  const entries = kept.map(([path, entry]): ArchiveEntry => {
    const full = `${top}/${path}`
    const bytes = store.blobs.get(entry.sha) ?? Buffer.alloc(0)
    if (entry.mode === '120000') return { path: full, linkTo: bytes.toString('utf8') }
    if (entry.mode === '040000' || entry.mode === '160000') return { path: full, folder: true }
    return { path: full, bytes, mode: MODES[entry.mode] }
  })
  return packArchive([{ path: top, folder: true }, ...entries], sha)
}

/** What a repository keeps out of its archives, as far as it is named by paths from its root. */
function listIgnored(attributes: string): string[] {
  return [...attributes.matchAll(/^\/?(\S+?)\/?\s+export-ignore$/gm)].map(([, path = '']) => path)
}

/** A gzipped tar of these entries, exactly as given, however hostile. */
export function packArchive(entries: readonly ArchiveEntry[], comment = ''): Buffer {
  const globals = new Pax({ comment, path: 'pax_global_header' }, true).encode()
  return gzipSync(Buffer.concat([globals, ...entries.flatMap(packEntry), Buffer.alloc(1024)]))
}

function packEntry(entry: ArchiveEntry): Buffer[] {
  const path = 'folder' in entry ? `${entry.path}/` : entry.path
  const bytes = 'bytes' in entry ? Buffer.from(entry.bytes) : Buffer.alloc(0)
  const linkpath = 'linkTo' in entry ? entry.linkTo : undefined
  const mode = 'bytes' in entry ? (entry.mode ?? 0o664) : 0o775
  const header = {
    path,
    size: bytes.length,
    mode,
    mtime: new Date(0),
    type: typeOf(entry),
    ...(linkpath && { linkpath }),
  }
  const encoded = new Header(header)
  const needsPax = encoded.encode()
  const pax = needsPax ? [new Pax({ path, ...(linkpath && { linkpath }) }).encode()] : []
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return [...pax, encoded.block ?? Buffer.alloc(0), bytes, padding]
}

function typeOf(entry: ArchiveEntry): 'File' | 'Directory' | 'SymbolicLink' {
  if ('linkTo' in entry) return 'SymbolicLink'
  return 'folder' in entry ? 'Directory' : 'File'
}
