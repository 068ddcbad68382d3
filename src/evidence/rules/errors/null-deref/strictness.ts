import type { Codebase } from '../../../codebase.ts'
import { folderOf } from '../../../facts/module-paths.ts'
import { onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether the compiler asks for a look at what may be missing: what the nearest configuration that speaks of it says. */
export function isStrict({ path }: SourceFile, texts: Codebase['texts']): boolean {
  return /\.[cm]?tsx?$/.test(path) && isStrictIn(folderOf(path), texts)
}

const known = onceFor<Codebase['texts'], Map<string, boolean>>(() => new Map())

function isStrictIn(folder: string, texts: Codebase['texts']): boolean {
  const before = known(texts).get(folder)
  if (before !== undefined) return before
  const text = texts.get(`${folder}tsconfig.json`) ?? ''
  const said = /"strictNullChecks"\s*:\s*(true|false)/.exec(text) ?? /"strict"\s*:\s*(true|false)/.exec(text)
  const isAsked = said ? said[1] === 'true' : folder !== '' && isStrictIn(folderOf(folder.slice(0, -1)), texts)
  known(texts).set(folder, isAsked)
  return isAsked
}
