import type { Codebase } from '../../../codebase.ts'
import { unservedFiles } from '../../../facts/unserved.ts'
import { isClass, isFunction, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isQuoted } from './names.ts'

/** Whether a file is code of the server, and no script, page or setting beside it. */
export function isOfServer(file: SourceFile): boolean {
  return (
    !/\.[jt]sx$|(^|\/)mock\w*\.[jt]s$|(^|\/)(public|static|assets|vendors?|migrations?|seeds?|cli|scripts?|config)\//i.test(
      file.path,
    ) && file.cutLines.length === 0
  )
}

/** What libraries find by a pattern of paths. */
export const loadedByPattern =
  /\.(entity|model|schema|migration|subscriber|resolver|controller|module|job|task|seed|factory|command|listener)\.[cm]?[jt]s$|(^|\/)(entities|models?|migrations|subscribers|jobs|commands|listeners|plugins|routes|api|pages|functions|lambdas?)\//i

/** Files that only declare, that nothing imports, and whose names stand nowhere else. */
export function* unusedFiles(codebase: Codebase): Iterable<Match> {
  const globs = codebase.production.some(({ text }) =>
    /readdirSync|readdir\(|glob\(|globby|fast-glob|require-?all|importAll|autoload/i.test(text),
  )
  if (globs) return
  const unserved = unservedFiles(codebase)
  for (const file of codebase.withTypes) {
    if (
      unserved.has(file.path) ||
      !isOfServer(file) ||
      loadedByPattern.test(file.path) ||
      (codebase.modules.importersOf.get(file.path)?.length ?? 0) > 0 ||
      file.exports.length === 0
    )
      continue
    const onlyDeclares = file.program.body.every((statement) =>
      /^(ImportDeclaration|Export\w+Declaration|FunctionDeclaration|ClassDeclaration|TS\w+Declaration)$/.test(
        statement.type,
      ),
    )
    const names = file.exports.flatMap(declaredNames)
    const [first] = file.exports
    if (!onlyDeclares || !first || names.length === 0 || names.some((name) => isElsewhere(name, file, codebase)))
      continue
    const stem = file.path.replace(/^.*\//, '').replace(/(\.[cm]?[jt]s)$/, '')
    if (
      [...codebase.texts].some(
        ([path, text]) => path !== file.path && /\.(json|ya?ml|[cm]?[jt]s)$/.test(path) && text.includes(stem),
      )
    )
      continue
    yield {
      file,
      node: first,
      message: `Nothing imports this file: ${names.map((name) => `\`${name}\``).join(', ')} ${names.length > 1 ? 'are' : 'is'} never used.`,
    }
  }
}

function isElsewhere(name: string, file: SourceFile, codebase: Codebase): boolean {
  if (file.names.get(name) !== 1 && /^[a-z]/.test(name)) return true
  return [...codebase.sources.values()].some(
    (other) => other !== file && other.text.includes(name) && (other.names.has(name) || isQuoted(other, name)),
  )
}

function declaredNames(node: Node): string[] {
  if (node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportDefaultDeclaration') return []
  const { declaration } = node
  if (!declaration) return []
  if ((isFunction(declaration) || isClass(declaration)) && declaration.id) return [declaration.id.name]
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return []
}
