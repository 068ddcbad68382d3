import type { Codebase } from '../../codebase.ts'
import { isRequire } from '../../facts/imports.ts'
import type { Meaning } from '../../facts/meaning.ts'
import { keyOf, pathOf, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { missingMethods } from './missing-methods.ts'

export const missingMember: Rule = {
  id: 'missing-member',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A function is called that the module does not have',
  why: 'JavaScript looks for it when the line runs: calling what is not there is a TypeError.',
  effects: { safety: 'The request fails each time, or the module does not load.' },
  fix: { say: 'Call the function by the name it is exported with.', code: { any: 'await jobs.remove({ id })' } },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Errors/Not_a_function'],
  limits:
    'JavaScript; modules that export an object or functions written in full, and packages with few functions. The compiler looks after TypeScript.',
  *find(codebase) {
    for (const file of codebase.production) if (isUnchecked(file)) yield* bySentence(missingIn(file, codebase))
    yield* bySentence(missingInPackages(codebase))
    yield* missingMethods(codebase)
  },
}

function isUnchecked({ path }: SourceFile): boolean {
  return !/\.[cm]?tsx?$/.test(path)
}

/** All that packages of few functions export, in every version. */
const members: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    nodemailer: 'createTransport createTestAccount getTestMessageUrl',
    jsonwebtoken: 'sign verify decode JsonWebTokenError NotBeforeError TokenExpiredError',
    bcrypt: 'genSalt genSaltSync hash hashSync compare compareSync getRounds',
  }).map(([name, list]) => [name, new Set(list.split(' '))]),
)

function* missingInPackages(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(/^(nodemailer|jsonwebtoken|bcrypt)\.\w+$/)) {
    const [from = '', member = ''] = name.split('.')
    if (members.get(from)?.has(member) || !isUnchecked(file) || /promisifyAll/.test(file.text)) continue
    yield { file, node: call, line: lineOf(call, file), message: `\`${member}\` is not among what ${from} exports.` }
  }
}

function* missingIn(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const { node, name, meaning } of namesTaken(file, codebase)) {
    if (isWithout(name, meaning, file, codebase))
      yield {
        file,
        node,
        line: lineOf(node, file),
        ...(isCalled(name, file) ? {} : { severity: 'medium' as const }),
        message: `\`${name}\` is not among what ${meaning.file.path} exports: it is undefined.`,
      }
  }
  for (const member of file.members) {
    const name = member.computed ? undefined : keyOf(member)
    if (name === undefined || !isUsedAsFunction(member)) continue
    const lacking = moduleWithout(name, member, file, codebase)
    if (!lacking) continue
    const message = `\`${name}\` is not among what ${lacking.path} exports.`
    yield { file, node: member, line: lineOf(member, file), message }
  }
}

/** Something that is only handed on is missing quietly. */
function isCalled(name: string, file: SourceFile): boolean {
  return file.calls.some(({ callee, arguments: given }) => {
    if (callee.type === 'Identifier') return callee.name === name
    const last = given.at(-1)
    return last !== undefined && verbs.test(keyOf(callee) ?? '') && pathOf(last) === name
  })
}

const verbs = /^(get|post|put|patch|delete|use|all)$/

/** Called, or given to a route. */
function isUsedAsFunction(member: Node): boolean {
  const call = member.parent
  if (call?.type !== 'CallExpression') return false
  if (call.callee === member) return true
  return (
    call.callee.type === 'MemberExpression' &&
    verbs.test(keyOf(call.callee) ?? '') &&
    call.arguments.length > 1 &&
    call.arguments.at(-1) === member
  )
}

function moduleWithout(
  name: string,
  member: Of<'MemberExpression'>,
  file: SourceFile,
  codebase: Codebase,
): SourceFile | undefined {
  const { meanings } = codebase
  if (member.object.type !== 'Identifier' || name in Object.prototype) return undefined
  const binding = lookUp(file.scopes, member.object, member.object.name)
  if (
    !binding ||
    binding.writes.length > 0 ||
    !(binding.kind === 'import' || binding.kind === 'const' || binding.kind === 'var')
  )
    return undefined
  const meaning = meanings.of(member.object, file)
  if (!isKnown(meaning) || meaning.file === file) return undefined
  if (meanings.of(member, file).kind !== 'unknown') return undefined
  return isWithout(name, meaning, file, codebase) ? meaning.file : undefined
}

/** What is put on an object after it was written cannot be told from its literal. */
function addsMore(target: SourceFile, user: SourceFile, name: string): boolean {
  return (
    /Object\.(assign|defineProperty|defineProperties|setPrototypeOf)|promisifyAll|exports\[|new Proxy|Object\.create|\bmixin/.test(
      target.text,
    ) ||
    [target, user].some((file) =>
      file.assignments.some(({ left }) => left.type === 'MemberExpression' && (keyOf(left) === name || left.computed)),
    )
  )
}

type Known = Extract<Meaning, { kind: 'value' | 'module' }>

function isKnown(meaning: Meaning): meaning is Known {
  return meaning.kind === 'value' || meaning.kind === 'module'
}

/** `const { send } = require('./mail')`: names that are taken out of a module of the project. */
function* namesTaken(file: SourceFile, { meanings }: Codebase): Iterable<{ node: Node; name: string; meaning: Known }> {
  for (const { id, init } of file.declarators) {
    if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression' || !isRequire(init, file)) continue
    const meaning = meanings.of(init, file)
    if (!isKnown(meaning) || meaning.file === file) continue
    for (const property of id.properties) {
      const name = property.type === 'Property' ? keyOf(property) : undefined
      // What has a default may be missing.
      if (property.type !== 'Property' || name === undefined || property.value.type === 'AssignmentPattern') continue
      yield { node: property, name, meaning }
    }
  }
}

function isWithout(name: string, meaning: Known, user: SourceFile, codebase: Codebase): boolean {
  const keys = keysOf(meaning, name, user, codebase, 0)
  return keys !== undefined && keys.size > 0 && !keys.has(name)
}

/** All that a module or an object of one holds; undefined where it cannot be told, or where the name may be added later. */
function keysOf(
  meaning: Meaning,
  name: string,
  user: SourceFile,
  codebase: Codebase,
  depth: number,
): ReadonlySet<string> | undefined {
  if (depth > 3 || !isKnown(meaning)) return undefined
  const { file } = meaning
  if (file.cutLines.length > 0 || addsMore(file, user, name)) return undefined
  if (meaning.kind === 'module') {
    const table = codebase.modules.exportsOf.get(file.path)
    return table && !table.whole && table.stars.length === 0 && name !== 'default'
      ? new Set(table.named.keys())
      : undefined
  }
  if (meaning.node.type !== 'ObjectExpression') return undefined
  const keys = new Set<string>()
  for (const property of meaning.node.properties) {
    const held =
      property.type === 'SpreadElement'
        ? keysOf(codebase.meanings.of(property.argument, file), name, user, codebase, depth + 1)
        : keyOf(property) === undefined
          ? undefined
          : [keyOf(property) ?? '']
    if (!held) return undefined
    for (const key of held) keys.add(key)
  }
  return keys
}
