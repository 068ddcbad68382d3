import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, type Node, parameterName, pathOf, propertyOf, unwrap } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { fieldIn, isHashedBefore } from './hashing.ts'

/** Comparisons of two passwords, or in a function that is named for comparing them. */
const comparisonsIn = atOnce((file: SourceFile) =>
  file.binaries.flatMap((node) => {
    if (!/^[!=]==?$/.test(node.operator)) return []
    const [left, right] = [nameOf(node.left), nameOf(node.right)]
    const pair = isPassword(left) && isPassword(right)
    const returned = left !== '' && right !== '' && node.parent?.type === 'ReturnStatement'
    if ((!pair && !returned) || /\.(hash|search|protocol) [!=]==/.test(textOf(node.parent ?? node, file, 200)))
      return []
    const around = functionAround(node)
    const purpose = around ? (around.id?.name ?? textOf(around.parent ?? around, file, 60)) : ''
    const compares = returned && /compare.?passw|check.?passw|valid.?passw|verify.?passw/i.test(purpose)
    return pair || compares ? [{ node, left, right, pair }] : []
  }),
)

/** A password itself, not what is kept about it: `passwordID`, `passwordUpdatedAt`. */
function isPassword(name: string): boolean {
  return (
    /passw|pwd/i.test(name) &&
    !/(id|ids|at|salt|length|size|min|max|policy|strength|fields?|types?|keys?|token|version|count|errors?|regex)$/i.test(
      name,
    )
  )
}

/** `user.password === password`: equal texts mean that the stored one is the password itself. */
export function* comparisons(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, left, right, pair } of comparisonsIn(file)) {
      if (!requestOf(codebase, node) && !/auth|user|login|account|session|dao|model|passport|service/i.test(file.path))
        continue
      if (
        /confirm|repeat|again|retype|verify(?!.?passw)|2$|new|match/i.test(`${left} ${right}`) ||
        (/old|current/i.test(`${left} ${right}`) && !isOfRecord(node.left) && !isOfRecord(node.right)) ||
        // One password of the whole service is a setting.
        /typeof|null|undefined|hash|crypt|digest|process\.env|admin_?pass/i.test(`${left}${right}`) ||
        [node.left, node.right].some((side) => /(^|\.)(config|settings?|cfg|env|options)\./i.test(pathOf(side)))
      )
        continue
      if (pair && sameObject(node.left, node.right)) continue
      if (isSetting(node.left, file) || isSetting(node.right, file)) continue
      if (isConfigured(node.left, file) || isConfigured(node.right, file)) continue
      const isOfSettings = requestOf(codebase, node) !== undefined && fromSettings(node, file)
      // Unchanged or to be hashed anew: what is stored is a hash.
      if (/^.{0,240}\b(hash|(en|b)?crypt)\w*\(/is.test(file.text.slice(node.end, node.end + 260))) continue
      yield {
        file,
        node,
        message: 'A password is compared as plain text, and in a time that depends on how much of it fits.',
        ...(isOfSettings ? { severity: 'medium' as const } : {}),
        confidence: requestOf(codebase, node) ? 'high' : 'medium',
      }
    }
  }
}

/** Accounts that whoever runs the service writes into its settings. */
function fromSettings(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const outer = around && (functionAround(around) ?? around)
  return outer !== undefined && /\b(settings|config)\.(users|accounts)\b/.test(file.text.slice(outer.start, outer.end))
}

/** `const expected = process.env.DOCS_PASSWORD || 'docs'`: the one password of a service. */
function isSetting(node: Node, file: SourceFile): boolean {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init !== undefined && /^process\.env\b/.test(file.text.slice(init.start, init.end))
}

/** `makeGuard(user, password)` gives the handler that compares: whoever sets the service up hands the password in. */
function isConfigured(node: Node, file: SourceFile): boolean {
  const maker = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.parameter?.of : undefined
  const handler = functionAround(node)
  return (
    maker !== undefined &&
    handler !== undefined &&
    handler !== maker &&
    /^(req|request|ctx|context)$/.test(parameterName(handler.params[0])?.name ?? '')
  )
}

/** `user.password`: of what was looked up, not of what was sent. */
function isOfRecord(node: Node): boolean {
  const side = unwrap(node)
  return (
    side.type === 'MemberExpression' &&
    /^passw(or)?d$/i.test(keyOf(side) ?? '') &&
    !/(^|\.)(body|query|params|values|form|input|data|dto|args)$/i.test(pathOf(side.object))
  )
}

/** `users.findOne({ username, password })`: the database compares, so it holds what was typed. */
export function* inFilters(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !query.kind.startsWith('find')) continue
    const first = query.call.arguments[0]
    const filter = propertyOf(first, 'where') ?? first
    const value = filter?.type === 'ObjectExpression' ? fieldIn(filter, query.file) : undefined
    if (!value || value.type !== 'Property' || !/^(Identifier|MemberExpression)$/.test(unwrap(value.value).type))
      continue
    // A name for what was hashed before says so, here or where it was given its value.
    if (unwrap(value.value).type === 'Identifier' && isHashedBefore(value.value, query.file)) continue
    yield {
      file: query.file,
      node: query.call,
      message: 'The password is part of the filter, so it is stored as plain text (or as a hash without salt).',
    }
  }
}

/** A name beside itself, or two fields of one object, such as a password and its repetition in a form. */
function sameObject(left: Node, right: Node): boolean {
  const [a, b] = [unwrap(left), unwrap(right)]
  if (a.type === 'Identifier') return pathOf(a) === pathOf(b)
  return a.type === 'MemberExpression' && b.type === 'MemberExpression' && pathOf(a.object) === pathOf(b.object)
}

function nameOf(node: Node): string {
  const inner = unwrap(node)
  if (inner.type === 'Identifier') return inner.name
  return inner.type === 'MemberExpression' ? (keyOf(inner) ?? '') : ''
}
