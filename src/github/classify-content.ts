/** What a file's bytes are. Size of a Git LFS object is that of the real file. */
export type Content =
  | { kind: 'text'; text: string }
  | { kind: 'binary' }
  | { kind: 'not-utf8' }
  | { kind: 'lfs-pointer'; sizeBytes: number; oid: string }

// Git calls a file binary when its first 8000 bytes hold a NUL: buffer_is_binary in git's xdiff-interface.c.
const BINARY_PROBE_BYTES = 8000

/** Tells text from what can't be quoted; a leading byte order mark is dropped from text. */
export function classifyContent(bytes: Uint8Array): Content {
  if (isUtf16(bytes)) return { kind: 'not-utf8' }
  if (bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) return { kind: 'binary' }
  const text = decodeUtf8(bytes)
  if (text === undefined) return { kind: 'not-utf8' }
  return readLfsPointer(text) ?? { kind: 'text', text }
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
function readLfsPointer(text: string): Content | undefined {
  if (text.length >= 1024 || !text.startsWith('version https://git-lfs.github.com/spec/v1\n')) return undefined
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1]
  const size = /^size (\d+)$/m.exec(text)?.[1]
  return oid && size ? { kind: 'lfs-pointer', sizeBytes: Number(size), oid } : undefined
}
