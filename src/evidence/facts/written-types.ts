import type { Codebase } from '../codebase.ts'
import type { Node } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import type { Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** The type a name is written with, as text; of a name taken from an object, the part of its type that is about it. */
export function writtenType({ node, annotation, path }: Binding, file: SourceFile): string | undefined {
  if (annotation) return textIn(annotation, file).replace(/^\s*:\s*/, '')
  const [field] = path.slice(-1)
  const whole = field !== undefined && typeOfPattern(node)
  if (!whole) return undefined
  return new RegExp(String.raw`[{;,\n]\s*(?:readonly\s+)?${field}\??\s*:\s*([^;,\n}]+)`).exec(textIn(whole, file))?.[1]
}

function typeOfPattern(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  while (at && /^(Property|AssignmentPattern)$/.test(at.type)) at = at.parent
  return at?.type === 'ObjectPattern' ? (at.typeAnnotation ?? undefined) : undefined
}

function textIn({ start, end }: Node, file: SourceFile): string {
  return file.text.slice(start, end)
}

/** Whether a type leaves only words of the program: `'asc' | 'desc'`, an enum, a number. */
export function isOfFewWords(type: string, codebase: Codebase, depth = 0): boolean {
  return type.split('|').every((part) => {
    const item = part.trim()
    if (item === '' || /^(['"`][^'"`]*['"`]|-?\d+|number|bigint|boolean|true|false|null|undefined|Date)$/.test(item))
      return true
    if (depth > 2 || !/^[A-Z]\w*$/.test(item)) return false
    const declared = declaredType(item, codebase)
    if (declared === undefined) return false
    return declared.startsWith('enum') || isOfFewWords(declared, codebase, depth + 1)
  })
}

/** What the project declares under the name of a type: `enum { … }`, the fields of an interface, or what an alias stands for. */
export function declaredType(name: string, codebase: Codebase): string | undefined {
  const known = declarations(codebase)
  if (!known.has(name)) known.set(name, findDeclared(name, codebase))
  return known.get(name)
}

const declarations = onceFor<Codebase, Map<string, string | undefined>>(() => new Map())

function findDeclared(name: string, { sources }: Codebase): string | undefined {
  const pattern = new RegExp(
    String.raw`\b(?:(enum)\s+${name}\s*(\{[^}]*\})|interface\s+${name}\b[^{]*(\{[^}]*\})|type\s+${name}\s*=\s*([^;{]+?)(?:;|\n\s*\n|\n(?=\w)|$))`,
  )
  for (const { text } of sources.values()) {
    if (!text.includes(` ${name}`)) continue
    const [found, isEnum, members = '', fields, alias] = pattern.exec(text) ?? []
    if (found !== undefined) return isEnum ? `enum ${members}` : (fields ?? alias?.trim())
  }
  return undefined
}
