import type { Codebase } from '../../../codebase.ts'
import { isClass, isFunction, type Node } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'
import { hasName } from './names.ts'

/** Functions and classes that a file of helpers exports and that no file names again, or tests alone. */
export function* unusedExports(codebase: Codebase, told: ReadonlySet<string>): Iterable<Match> {
  // Code of the browser uses it in ways that are not all read.
  if (codebase.skipped.some(({ kind }) => kind === 'browser')) return
  for (const file of codebase.production) {
    if (told.has(file.path) || !ofHelpers.test(file.path) || /(^|\/)index\.[cm]?[jt]s$/.test(file.path)) continue
    for (const node of file.exports) {
      const name = node.type === 'ExportNamedDeclaration' && !node.source ? codeDeclared(node.declaration) : undefined
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

const ofHelpers = /(^|\/)(utils?|helpers?|lib|services?|middlewares?)\/[^/]+$/

/** The name of the function or class that a declaration makes. */
function codeDeclared(declaration: Node | null): string | undefined {
  const declared = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0] : declaration
  // A framework collects classes by their decorators.
  const isCode =
    isFunction(declared) ||
    (isClass(declared) && declared.decorators.length === 0) ||
    (declared?.type === 'VariableDeclarator' && isFunction(declared.init))
  return isCode && declared.id?.type === 'Identifier' ? declared.id.name : undefined
}
