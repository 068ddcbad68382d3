import type { Codebase } from '../../../codebase.ts'
import { keyOf, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether a name stands more than once in all files, or in a text that is not code of the project: a view or a schema. */
export function namesOf(codebase: Codebase): (name: string) => boolean {
  const sources = [...codebase.sources.values()]
  // What is made of the sources has all their names.
  const made = new Set(codebase.skipped.flatMap(({ path, kind }) => (kind === 'generated' ? path : [])))
  const others = [...codebase.texts].filter(
    ([path]) =>
      !codebase.sources.has(path) &&
      !made.has(path) &&
      /\.(ejs|pug|hbs|html|graphql|gql|vue|svelte|ya?ml|[cm]?[jt]sx?|njk|twig|handlebars|mustache)$/.test(path),
  )
  return (name) => {
    for (const file of sources) {
      if (!file.text.includes(name)) continue
      if ((file.names.get(name) ?? 0) > (definedIn(file).get(name) ?? 0) || isQuoted(file, name)) return true
    }
    return others.some(([, text]) => text.includes(name))
  }
}

/** How often a file defines a function of a class or an object by each name; test doubles define too. */
const definedIn = once((file: SourceFile) => {
  const found = new Map<string, number>()
  const count = (node: Node) => {
    const name = keyOf(node)
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1)
  }
  for (const node of file.functions) {
    const holder = node.parent
    if (holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && holder.value === node)) count(holder)
    else if (holder?.type === 'AssignmentExpression' && holder.left.type === 'MemberExpression') count(holder.left)
  }
  for (const property of file.properties)
    if (file.kind === 'test' && property.value.type === 'CallExpression') count(property)
  return found
})

/** `this[name]`, routes and events name functions in texts. */
export function isQuoted({ text }: SourceFile, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `\`${name}\``, `.${name}'`, `@${name}'`].some((quoted) => text.includes(quoted))
}

/** Whether code of a file has a name; asks the text of files that were not read whole, which spares reading the trees of most. */
export function hasName(file: SourceFile, name: string): boolean {
  return (!file.outline || file.text.includes(name)) && file.names.has(name)
}
