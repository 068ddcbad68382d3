import type { Codebase } from '../../../codebase.ts'
import { isClass, isFunction, pathOf, type Node } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'
import { isOfServer, loadedByPattern } from './files.ts'
import { hasName } from './names.ts'

/** What a file of the server exports and no file names again, or tests alone. */
export function* unusedExports(codebase: Codebase, told: ReadonlySet<string>): Iterable<Match> {
  // Code of the browser uses it in ways that are not all read.
  if (codebase.skipped.some(({ kind }) => kind === 'browser')) return
  for (const file of codebase.production) {
    if (told.has(file.path) || !isOfServer(file) || mayBeLoaded(file.path)) continue
    for (const node of file.exports) {
      const name = node.type === 'ExportNamedDeclaration' && !node.source ? valueDeclared(node.declaration) : undefined
      if (name === undefined || (file.names.get(name) ?? 0) > 1) continue
      const users = [...codebase.sources.values()].filter((other) => other !== file && hasName(other, name))
      if (users.every(({ kind }) => kind === 'test'))
        yield {
          file,
          node,
          message: users.length > 0 ? `Only tests use \`${name}\`.` : `\`${name}\` is exported and never used.`,
        }
    }
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
