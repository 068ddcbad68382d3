import type { Codebase } from '../../../codebase.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether the compiler asks for a look at what may be missing: what the nearest configuration that speaks of it says. */
export function isStrict({ path }: SourceFile, texts: Codebase['texts']): boolean {
  if (!/\.[cm]?tsx?$/.test(path)) return false
  const parts = path.split('/').slice(0, -1)
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const text = texts.get([...parts.slice(0, depth), 'tsconfig.json'].join('/')) ?? ''
    const said = /"strictNullChecks"\s*:\s*(true|false)/.exec(text) ?? /"strict"\s*:\s*(true|false)/.exec(text)
    if (said) return said[1] === 'true'
  }
  return false
}
