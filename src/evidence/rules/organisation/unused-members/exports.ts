import { append } from '../../../../lib/append.ts'
import type { Codebase } from '../../../codebase.ts'
import { isClass, isFunction, pathOf, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isOfServer, loadedByPattern } from './files.ts'
import { hasName } from './names.ts'

/** What a file of the server exports and no file names again, or tests alone. */
export function* unusedExports(codebase: Codebase, told: ReadonlySet<string>): Iterable<Match> {
  // Code of the browser uses it in ways that are not all read.
  if (codebase.skipped.some(({ kind }) => kind === 'browser')) return
  const exported = codebase.production.flatMap((file) =>
    told.has(file.path) || !isOfServer(file) || mayBeLoaded(file.path) ? [] : valuesExported(file),
  )
  const usersOf = findUsers(codebase, new Set(exported.map(({ name }) => name)))
  for (const { file, node, name } of exported) {
    const users = usersOf(name).filter((other) => other !== file)
    if (users.every(({ kind }) => kind === 'test'))
      yield {
        file,
        node,
        message: users.length > 0 ? `Only tests use \`${name}\`.` : `\`${name}\` is exported and never used.`,
      }
  }
}

/** What a file exports under a name that it has nowhere else. */
function valuesExported(file: SourceFile): { file: SourceFile; node: Node; name: string }[] {
  return file.exports.flatMap((node) => {
    const name = node.type === 'ExportNamedDeclaration' && !node.source ? valueDeclared(node.declaration) : undefined
    return name === undefined || (file.names.get(name) ?? 0) > 1 ? [] : [{ file, node, name }]
  })
}

/** The files that have each of the names; of those that were not read whole, only where no other but tests has it. */
function findUsers(codebase: Codebase, names: ReadonlySet<string>): (name: string) => SourceFile[] {
  const files = [...codebase.sources.values()]
  const users = new Map<string, SourceFile[]>()
  for (const file of files) {
    if (file.outline) continue
    for (const name of file.names.keys()) if (names.has(name)) append(users, name, file)
  }
  const outlined = files.filter(({ outline }) => outline)
  return (name) => {
    const known = users.get(name) ?? []
    const isUsed = known.filter(({ kind }) => kind !== 'test').length > 1
    return isUsed ? known : [...known, ...outlined.filter((file) => hasName(file, name))]
  }
}

/** Frameworks and tools load by path, and an index is there for others. */
function mayBeLoaded(path: string): boolean {
  return loadedByPattern.test(path) || /(^|\/)index\.[cm]?[jt]s$|\.config\.|(^|\/)acceptance\//.test(path)
}

/** Tables and relations, which a tool takes from the whole file. */
function isCollected(value: Node): boolean {
  return value.type === 'CallExpression' && /(table|schema|relations|enum|view)$/i.test(pathOf(value.callee))
}

/** The name of the function, class or value that a declaration makes; a framework collects classes by their decorators. */
function valueDeclared(declaration: Node | null): string | undefined {
  const declared = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0] : declaration
  const isValue =
    isFunction(declared) ||
    (isClass(declared) && declared.decorators.length === 0) ||
    (declared?.type === 'VariableDeclarator' && declared.init !== null && !isCollected(declared.init))
  return isValue && declared.id?.type === 'Identifier' ? declared.id.name : undefined
}
