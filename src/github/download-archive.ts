import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Api } from './api.ts'
import type { Identity } from './identity.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Pin } from './target.ts'

const DOWNLOAD_TIMEOUT_MS = 120_000

type Place = { identity: Identity; pin: Pin; file: string; maxBytes: number }

/** Downloads a commit's tarball into `file`; refuses, as soon as it is seen, one longer than `maxBytes`. */
export async function downloadArchive(
  api: Api,
  { identity, pin, file, maxBytes }: Place,
  { signal }: CallOptions,
): Promise<Outcome<true>> {
  const { owner, name, sha } = pin
  const complete = await api.requests.stream({
    identity,
    read: {
      route: 'GET /repos/{owner}/{repo}/tarball/{ref}',
      params: { ref: sha },
      repository: { owner, name },
      missing: { kind: 'no-such-commit', owner, name, sha },
      signal,
    },
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    consume: (body) => writeUpTo(body, file, maxBytes),
  })
  if (!complete.ok) return complete
  return complete.value ? succeed(true) : fail({ kind: 'too-large-repository', owner, name, maxBytes })
}

async function writeUpTo(body: ReadableStream<Uint8Array>, file: string, maxBytes: number): Promise<boolean> {
  let bytes = 0
  const limited = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) return
      yield chunk
    }
  }
  await pipeline(body, limited, createWriteStream(file, { mode: 0o600 }))
  return bytes <= maxBytes
}
