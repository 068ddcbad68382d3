import type { Codebase } from '../../../codebase.ts'
import type { Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** How the type that a name is annotated with is written: here, or where it is imported from. */
export function typeTextOf(annotation: Node | undefined, file: SourceFile, codebase: Codebase): string | undefined {
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation
  if (type?.type === 'TSTypeLiteral') return file.text.slice(type.start, type.end)
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return undefined
  const { name } = type.typeName
  const own = typesIn(file).get(name)
  if (own !== undefined) return own
  const imported = lookUp(file.scopes, file.program, name)?.imported
  const edge = imported && codebase.modules.importsOf.get(file.path)?.find((item) => item.specifier === imported.source)
  const home = edge?.to === undefined ? undefined : codebase.sources.get(edge.to)
  return imported && home && typesIn(home).get(imported.name)
}

/** The shapes that a file declares, by their names. */
const typesIn = once((file: SourceFile): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const statement of file.program.body) {
    const declared = 'declaration' in statement && statement.declaration ? statement.declaration : statement
    if (!/^(TSTypeAliasDeclaration|TSInterfaceDeclaration)$/.test(declared.type) || !('id' in declared)) continue
    const { id } = declared
    if (id && id.type === 'Identifier') found.set(id.name, file.text.slice(declared.start, declared.end))
  }
  return found
})
