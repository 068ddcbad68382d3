import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { classifyContent } from './classify-content.ts'
import type { FileEntry } from './file-tree.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import { readWholeTree, walkToFolder } from './read-tree.ts'
import { cleanPath, resolveLink } from './repository-path.ts'
import type { Pin } from './target.ts'

/** A text file at one commit. */
export type FileText = { path: string; text: string; sizeBytes: number; blobSha: string }

type ReadOptions = CallOptions & { maxBytes?: number }

const DEFAULT_MAX_BYTES = 1_000_000
const blob = z.object({ content: z.string(), encoding: z.literal('base64') })

/** Reads a file of at most `maxBytes` (one million unless told) as text; what is not text is a problem that says so. */
export async function readFile(
  api: Api,
  pin: Pin,
  path: string,
  { maxBytes = DEFAULT_MAX_BYTES, signal }: ReadOptions = {},
): Promise<Outcome<FileText>> {
  const found = await findEntry(api, pin, path, { signal })
  if (!found.ok) return found
  const entry = found.value
  if (entry.kind === 'submodule') return fail({ kind: 'submodule', path: entry.path, sha: entry.blobSha })
  const { sizeBytes, blobSha } = entry
  if (sizeBytes > maxBytes) return fail({ kind: 'too-large', path: entry.path, sizeBytes, maxBytes })
  const bytes = await readBlob(api, pin, entry, { signal })
  if (!bytes.ok) return bytes
  return entry.kind === 'symlink' ? explainLink(entry.path, bytes.value) : explainContent(entry, blobSha, bytes.value)
}

async function findEntry(api: Api, pin: Pin, given: string, options: CallOptions): Promise<Outcome<FileEntry>> {
  const path = cleanPath(given)
  if (path === undefined) return fail({ kind: 'missing', path: given })
  if (path === '') return fail({ kind: 'directory', path })
  const whole = await readWholeTree(api, pin, options)
  if (!whole.ok) return whole
  const entry = whole.value.files.get(path)
  if (entry) return succeed(entry)
  if (whole.value.folders.has(path)) return fail({ kind: 'directory', path })
  if (!whole.value.truncated) return fail({ kind: 'missing', path })
  const parent = await walkToFolder(api, pin, path.split('/').slice(0, -1).join('/'), options)
  if (!parent.ok) return parent
  const walked = parent.value?.files.get(path)
  if (walked) return succeed(walked)
  return fail({ kind: parent.value?.folders.has(path) ? 'directory' : 'missing', path })
}

async function readBlob(api: Api, pin: Pin, entry: FileEntry, { signal }: CallOptions): Promise<Outcome<Buffer>> {
  const found = await ask(api, pin, {
    route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    params: { file_sha: entry.blobSha },
    schema: blob,
    keep: 'immutable',
    missing: { kind: 'missing', path: entry.path },
    // Base64 in lines of 60 characters, written as JSON, is under one and a half times the file.
    maxBodyBytes: entry.sizeBytes * 1.5 + 10_000,
    signal,
  })
  return found.ok ? succeed(Buffer.from(found.value.content, 'base64')) : found
}

function explainLink(path: string, bytes: Buffer): Outcome<never> {
  const target = bytes.toString('utf8')
  const resolvedPath = resolveLink(path, target)
  return fail({ kind: 'symlink', path, target, ...(resolvedPath !== undefined && { resolvedPath }) })
}

function explainContent({ path, sizeBytes }: FileEntry, blobSha: string, bytes: Buffer): Outcome<FileText> {
  const content = classifyContent(bytes)
  if (content.kind === 'text') return succeed({ path, text: content.text, sizeBytes, blobSha })
  return content.kind === 'lfs-pointer' ? fail({ path, ...content }) : fail({ path, sizeBytes, kind: content.kind })
}
