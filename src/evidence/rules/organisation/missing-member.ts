import type { Codebase } from '../../codebase.ts'
import type { Meaning } from '../../facts/meaning.ts'
import { keyOf, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence, lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

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
  limits: 'JavaScript modules that export an object or functions written in full; the compiler looks after TypeScript.',
  *find(codebase) {
    for (const file of codebase.production) {
      if (!/\.[cm]?tsx?$/.test(file.path)) yield* bySentence(missingIn(file, codebase))
    }
  },
}

function* missingIn(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const member of file.members) {
    const name = member.computed ? undefined : keyOf(member)
    if (name === undefined || !isUsedAsFunction(member)) continue
    const lacking = moduleWithout(name, member, file, codebase)
    if (!lacking) continue
    const message = `\`${name}\` is not among what ${lacking.path} exports.`
    yield { file, node: member, line: lineOf(member, file), message }
  }
}

/** Called, or given to a route. */
function isUsedAsFunction(member: Node): boolean {
  const call = member.parent
  if (call?.type !== 'CallExpression') return false
  if (call.callee === member) return true
  return (
    call.callee.type === 'MemberExpression' &&
    /^(get|post|put|patch|delete|use|all)$/.test(keyOf(call.callee) ?? '') &&
    call.arguments.length > 1 &&
    call.arguments.at(-1) === member
  )
}

function moduleWithout(
  name: string,
  member: Of<'MemberExpression'>,
  file: SourceFile,
  { meanings, modules }: Codebase,
): SourceFile | undefined {
  if (member.object.type !== 'Identifier' || name in Object.prototype) return undefined
  const binding = lookUp(file.scopes, member.object, member.object.name)
  if (
    !binding ||
    binding.writes.length > 0 ||
    !(binding.kind === 'import' || binding.kind === 'const' || binding.kind === 'var')
  )
    return undefined
  const meaning: Meaning = meanings.of(member.object, file)
  if ((meaning.kind !== 'value' && meaning.kind !== 'module') || meaning.file === file) return undefined
  if (meanings.of(member, file).kind !== 'unknown') return undefined
  const target = meaning.file
  if (target.cutLines.length > 0 || addsMore(target, file, name)) return undefined
  if (meaning.kind === 'module') {
    const table = modules.exportsOf.get(target.path)
    return table &&
      !table.whole &&
      table.stars.length === 0 &&
      table.named.size > 0 &&
      !table.named.has(name) &&
      name !== 'default'
      ? target
      : undefined
  }
  const { node } = meaning
  if (node.type !== 'ObjectExpression' || node.properties.length === 0) return undefined
  return node.properties.every(
    (property) => property.type === 'Property' && keyOf(property) !== undefined && keyOf(property) !== name,
  )
    ? target
    : undefined
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
