import { once } from '../parse/once.ts'
import type { TextFile } from '../parse/source-file.ts'

const readers: readonly RegExp[] = [
  /\bprocess\.env\.([A-Za-z_]\w*)/g,
  /\bprocess\.env\[\s*['"]([A-Za-z_]\w*)['"]\s*\]/g,
  /\bconfigService\.(?:get|getOrThrow)(?:<[^>]*>)?\(\s*['"]([A-Z][A-Z0-9_]*)['"]/g,
]

/** Names of the environment variables the sources and `.env.example` read, sorted; values are never read. */
export function readEnvironmentNames(files: Iterable<TextFile>): string[] {
  const names = new Set<string>()
  for (const file of files) for (const name of namesIn(file)) names.add(name)
  return [...names].sort()
}

const namesIn = once(({ path, text }: TextFile): ReadonlySet<string> => {
  const names = new Set<string>()
  if (/(^|\/)node_modules\//.test(path)) return names
  if (/\.[cm]?[jt]sx?$/.test(path) && /\benv\b|configService/.test(text)) readSource(text, names)
  if (/(^|\/)\.env(\.[\w.-]+)?$/.test(path)) readDotenv(text, names)
  return names
})

function readSource(text: string, names: Set<string>): void {
  for (const reader of readers) for (const match of text.matchAll(reader)) names.add(match[1] ?? '')
  for (const match of text.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b/g)) {
    for (const part of (match[1] ?? '').split(',')) {
      const name = /^\s*([A-Za-z_]\w*)/.exec(part)?.[1]
      if (name) names.add(name)
    }
  }
}

function readDotenv(text: string, names: Set<string>): void {
  for (const match of text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)) names.add(match[1] ?? '')
}
