import type { Codebase } from '../../../codebase.ts'
import { ancestor, contains, functionAround, keyOf, type FunctionNode, type Node, type Of } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'
import { isStrict } from './strictness.ts'

const inOneCase: Words = {
  title: 'A name is set in one case and used in all',
  why: 'In every other case it holds nothing, and reading of nothing is a TypeError in place of a clear answer.',
  fix: {
    say: 'Refuse the other cases, or use it where it is set.',
    code: { any: "if (kind !== 'mail') throw new Error(`unknown kind ${kind}`)\nconst step = new MailStep(order)" },
  },
}

/** `let user`, set in an `if` alone, and read after it as if it were set in every case. */
export function* leftUnset(codebase: Codebase, file: SourceFile): Iterable<Match> {
  if (isStrict(file, codebase.texts)) return
  for (const { use, name, test } of unsetReads(file)) {
    if (!codebase.web.inRequest.has(use.around)) continue
    yield {
      file,
      node: use.member,
      words: inOneCase,
      message: `\`${name}\` is set only when \`${test}\`; otherwise \`.${keyOf(use.member) ?? ''}\` throws.`,
    }
  }
}

const unsetReads = once((file: SourceFile) =>
  file.declarators.flatMap((declarator) => {
    if (declarator.init || declarator.id.type !== 'Identifier') return []
    const { name } = declarator.id
    const around = functionAround(declarator)
    const binding = lookUp(file.scopes, declarator.id, name)
    const branch = binding && around ? onlyBranch(binding, declarator, around) : undefined
    if (!branch || !around) return []
    const member = file.members.find(
      (item) =>
        item.start > branch.end &&
        item.object.type === 'Identifier' &&
        item.object.name === name &&
        functionAround(item) === around &&
        lookUp(file.scopes, item, name) === binding,
    )
    if (!member || member.optional || isUnderCondition(member, branch, around)) return []
    if (isLookedAt(name, file.text.slice(branch.end, member.start))) return []
    return [{ use: { member, around }, name, test: file.text.slice(branch.test.start, branch.test.end) }]
  }),
)

/** The `if` without an `else` that holds everything that is put into a name. */
function onlyBranch(binding: Binding, declarator: Node, around: FunctionNode): Of<'IfStatement'> | undefined {
  const [first] = binding.writes
  if (!first || declarator.parent?.parent?.type === 'ForOfStatement') return undefined
  const branch = ancestor(first, (at) => at.type === 'IfStatement' && at.parent === declarator.parent?.parent, around)
  if (branch?.type !== 'IfStatement' || branch.alternate || !contains(branch.consequent, first)) return undefined
  // A condition within the condition is somebody's thought.
  return binding.writes.every((write) => contains(branch.consequent, write) && functionAround(write) === around)
    ? branch
    : undefined
}

/** Read only in some case, which may be the one it is set in. */
function isUnderCondition(member: Node, branch: Node, around: FunctionNode): boolean {
  const condition = ancestor(
    member,
    (at) => /^(If|Switch)Statement$|^(Conditional|Logical)Expression$/.test(at.type),
    around,
  )
  if (condition === undefined || contains(condition, branch)) return false
  return !(condition.type === 'IfStatement' && contains(condition.test, member))
}

function isLookedAt(name: string, between: string): boolean {
  return new RegExp(String.raw`(!|\(|&&|\|\||\?)\s*${name}\s*[)&|?=!]|\b${name}\s*(&&|\|\||\?|[=!]=|=[^=])`).test(
    between,
  )
}
