import { maskSecrets } from '../evidence/mask-secrets.ts'
import type { ChangedFile } from '../github/changed-files.ts'
import type { Outcome } from '../github/outcome.ts'
import type { Resolved } from '../github/resolved.ts'
import type { CodeHost } from './code-host.ts'

/** The same host, with the secrets in code and in what was written about it masked in all that people and models are shown. Snapshots, which only rules read, stay whole. */
export function maskCode(host: CodeHost): CodeHost {
  return {
    ...host,
    resolve: async (...asked) => change(await host.resolve(...asked), maskChange),
    readFile: async (...asked) =>
      change(await host.readFile(...asked), (file) => ({ ...file, text: maskSecrets(file.path, file.text) })),
    searchCode: async (...asked) =>
      change(await host.searchCode(...asked), (found) => ({
        ...found,
        hits: found.hits.map((hit) => ({ ...hit, text: maskSecrets(hit.path, hit.text) })),
      })),
  }
}

function maskChange(resolved: Resolved): Resolved {
  if (resolved.kind === 'code') return resolved
  const files = resolved.files.map(maskPatch)
  switch (resolved.kind) {
    case 'commit':
      return { ...resolved, files, message: maskSecrets('', resolved.message) }
    case 'compare':
      return { ...resolved, files }
    case 'pull':
      return { ...resolved, files, body: maskSecrets('', resolved.body) }
  }
}

function maskPatch(file: ChangedFile): ChangedFile {
  return file.patch === undefined ? file : { ...file, patch: maskSecrets(file.path, file.patch) }
}

function change<Value>(outcome: Outcome<Value>, to: (value: Value) => Value): Outcome<Value> {
  return outcome.ok ? { ...outcome, value: to(outcome.value) } : outcome
}
