import type { Codebase } from '../../codebase.ts'
import { guardsOf } from '../../facts/access-control.ts'
import { patternsIn, slowness } from '../../facts/regular-expressions.ts'
import {
  ancestor,
  contains,
  functionAround,
  isClass,
  isFunction,
  keyOf,
  pathOf,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const weakPasswordPolicy: Rule = {
  id: 'weak-password-policy',
  category: 'weak-password-policy',
  severity: 'medium',
  confidence: 'medium',
  title: 'Very short passwords are accepted',
  why: 'Short passwords are the first to be guessed, and all below eight characters are tried out in hours where a leaked hash is a fast one.',
  effects: { safety: 'Accounts fall to guessing.' },
  fix: {
    say: 'Ask for at least eight characters (fifteen without a second factor) and allow long ones.',
    code: { any: 'const password = z.string().min(8).max(128)' },
  },
  sources: ['https://pages.nist.gov/800-63-4/sp800-63b.html'],
  *find(codebase) {
    for (const file of codebase.production)
      for (const match of policiesIn(file))
        if (!match.node || !(isOfSignIn(match.node, file, codebase) || isOfIdleSchema(match.node, file, codebase)))
          yield match
  },
}

/** A function that asks for a length twice is one policy. */
const policiesIn = atOnce((file: SourceFile) => {
  const seen = new Set<FunctionNode>()
  return [...readPolicies(file)].filter(({ node }) => {
    const around = node?.parent?.type === 'BinaryExpression' ? functionAround(node) : undefined
    if (around && seen.has(around)) return false
    if (around) seen.add(around)
    return true
  })
})

function* readPolicies(file: SourceFile): Iterable<Match> {
  if (!/pass|pwd/i.test(file.text)) return
  for (const { node, pattern, flags } of patternsIn(file)) {
    if (slowness(pattern, flags) !== undefined) continue
    const holder = ancestor(node, (at) => /Declarator$|^AssignmentExpression$|^Property$/.test(at.type))
    if (
      !holder ||
      !/(pass|pwd)\w*(_?(re|regex|pattern|rule))?\b/i.test(textOf(holder, file, 30)) ||
      /[iI]d|user_?name/.test(textOf(holder, file, 12))
    )
      continue
    const lengths = [...pattern.matchAll(/\{(\d+)(,\d*)?\}/g)].map((match) => Number(match[1]))
    // A pattern that is not for the whole text looks for something in it.
    if (!/\$|\(\?=/.test(pattern)) continue
    if (lengths.length > 0 && Math.max(...lengths) < 8)
      yield { file, node, message: `Passwords of ${Math.max(...lengths)} characters pass this pattern.` }
  }
  for (const literal of file.literals) {
    const { value } = literal
    if (typeof value !== 'number' || value < 2 || value >= shortestGood) continue
    const length = lengthAskedFor(literal, value, file)
    if (length !== undefined && length < shortestGood)
      yield { file, node: literal, message: `Passwords of ${length} characters are accepted.` }
  }
}

const shortestGood = 8
const named = /^(new_?|user_?|plain_?)?(password|passwd|pwd)(_?new)?$/i

/** What is asked of a password at sign-in makes none longer. */
function isOfSignIn(node: Node, file: SourceFile, codebase: Codebase): boolean {
  if (/(^|[/.])(log|sign)-?_?in[/.]/i.test(file.path)) return true
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    if (
      /log_?in|sign_?in/i.test(nameOf(at)) ||
      (at.type === 'VariableDeclarator' && standsAtSignIn(at, file, codebase))
    )
      return true
  }
  return false
}

/** A schema that stands nowhere but where it is written, or gives no more than its type, refuses nothing. */
function isOfIdleSchema(node: Node, file: SourceFile, { production }: Codebase): boolean {
  const holder = ancestor(node, (at) => at.type === 'VariableDeclarator' && functionAround(at) === undefined)
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return false
  const { name } = holder.id
  if (
    !/(schema|validat\w*|dto)$/i.test(name) ||
    /\bmodule\.exports\b|\bexport\s+(default|\*)|\bexport\s*\{/.test(file.text)
  )
    return false
  const uses = new RegExp(String.raw`(?<!\b(const|typeof)\s)(?<![\w$])${name.replaceAll('$', String.raw`\$`)}(?![\w$])`)
  return !production.some(({ text }) => text.includes(name) && uses.test(text))
}

function nameOf(node: Node): string {
  if (node.type === 'Property' || node.type === 'MethodDefinition') return keyOf(node) ?? ''
  return (isClass(node) || isFunction(node) || node.type === 'VariableDeclarator') && node.id ? pathOf(node.id) : ''
}

/** Every route that it stands before is one to sign in with. */
function standsAtSignIn(checks: Node, file: SourceFile, codebase: Codebase): boolean {
  const routes = codebase.web.routes.filter((route) =>
    guardsOf(route).some((step) => step.file === file && contains(checks, step.node)),
  )
  return routes.length > 0 && routes.every((route) => /log-?_?in|sign-?_?in/i.test(route.path))
}

/** How long a password must at least be, when the number says so; `min(1)` only says that it must be there. */
function lengthAskedFor(literal: Node, value: number, file: SourceFile): number | undefined {
  const holder = literal.parent
  if (holder?.type === 'BinaryExpression') return comparedLength(holder, literal, value)
  if (holder?.type === 'CallExpression') return isOfPassword(holder, literal) ? value : undefined
  const listed = holder?.type === 'ArrayExpression' && holder.elements[0] === literal
  const field = listed ? holder.parent : holder
  if (!field || (field.type !== 'Property' && field.type !== 'VariableDeclarator' && field.type !== 'TSEnumMember'))
    return undefined
  const name =
    field.type === 'VariableDeclarator' || field.type === 'TSEnumMember' ? pathOf(field.id) : (keyOf(field) ?? '')
  if (/passw\w*_?min|min\w*_?passw/i.test(name)) return value
  if (field.type !== 'Property' || !/^(min|min_?length|len)$/i.test(name)) return undefined
  const check = ancestor(field, (at) => at.type === 'CallExpression' || (at.type === 'Property' && at !== field))
  if (check?.type === 'Property') {
    const outer = /^(validate|password)$/i.test(keyOf(check) ?? '') ? check : undefined
    const owner = outer && ancestor(outer, (at) => at.type === 'Property' && named.test(keyOf(at) ?? ''))
    return named.test(keyOf(check) ?? '') || owner ? value : undefined
  }
  if (check?.type !== 'CallExpression' || !pathOf(check.callee).endsWith('isLength')) return undefined
  const text = file.text.slice(check.start, check.end)
  return /^\w+\(\s*\[?['"](new_?)?passw|isLength\(\s*[\w.]*passw/i.test(text) ? value : undefined
}

/** `password.length < 6`. */
function comparedLength(node: Of<'BinaryExpression'>, literal: Node, value: number): number | undefined {
  const side = node.left === literal ? node.right : node.left
  if (side.type !== 'MemberExpression' || keyOf(side) !== 'length') return undefined
  const subject = side.object
  const name = subject.type === 'MemberExpression' ? (keyOf(subject) ?? '') : pathOf(subject)
  if (!named.test(name)) return undefined
  const operator = node.left === literal ? (mirrored[node.operator] ?? node.operator) : node.operator
  if (operator === '<' || operator === '>=') return value
  return operator === '<=' || operator === '>' ? value + 1 : undefined
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

/** `password: z.string().min(6)`, `@MinLength(6) password`. */
function isOfPassword(call: Of<'CallExpression'>, literal: Node): boolean {
  if (call.arguments[0] !== literal) return false
  const name = call.callee.type === 'MemberExpression' ? (keyOf(call.callee) ?? '') : pathOf(call.callee)
  if (!/^(min|minLength|MinLength|Length)$/.test(name)) return false
  const field = ancestor(call, (node) => node.type === 'Property' || node.type === 'PropertyDefinition')
  return field !== undefined && named.test(keyOf(field) ?? '')
}
