import type { Codebase } from '../../codebase.ts'
import { compareVersions, lowestVersion } from '../../facts/versions.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Trace } from '../../facts/trace.ts'
import { functionAround, keyOf, literalText, unwrap, type FunctionNode, type Node, type Of } from '../../parse/ast.ts'
import { atOnce, once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import { isMentioned, type SourceFile } from '../../parse/source-file.ts'
import { isChecked } from '../checked-values.ts'
import { isValidated, sourceText, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const merges =
  /^(lodash(\.(merge|mergeWith|defaultsDeep|set|setWith|zipObjectDeep))|lodash\.(merge|defaultsdeep|set)|deepmerge|merge-deep|deep-extend|extend|jquery\.extend|merge(\.recursive)?|defaults-deep|object-path\.set|dot-prop\.set|hoek\.(merge|applyToDefaults)|@hapi\/hoek\.(merge|applyToDefaults)|node\.extend|assign-deep|set-value)$/

export const prototypePollution: Rule = {
  id: 'prototype-pollution',
  category: 'prototype-pollution',
  severity: 'high',
  confidence: 'medium',
  title: 'Request input is merged deeply into an object',
  why: 'A key named `__proto__` or `constructor.prototype` changes what every object in the process has.',
  effects: { safety: 'Checks such as `user.isAdmin` can be made true for everyone.' },
  fix: {
    say: 'Copy the fields you expect.',
    code: {
      any: 'const { title, text } = messageSchema.parse(req.body)\nconst message = { title, text, id, timestamp }',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Prototype_Pollution_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    for (const { call, file, name } of codebase.index.named(merges)) {
      if (isMended(codebase, name)) continue
      if (/^extend$/.test(name) && literalText(call.arguments[0]) !== 'true') continue
      const given = /\.set(With)?$/.test(name) ? call.arguments.slice(1, 2) : call.arguments
      for (const argument of given) {
        const trace = codebase.flow.trace(argument, file)
        if (
          !trace ||
          trace.inText ||
          !/^(body|query|message|arguments)$/.test(trace.kind) ||
          isValidated(codebase, trace)
        )
          continue
        yield {
          file,
          node: call,
          message: `\`${name}\` merges ${sourceText(trace, file, argument)}, whose keys the caller chooses.`,
          steps: trace.steps,
        }
        break
      }
    }
    yield* ownMerges(codebase)
    for (const file of codebase.production) {
      for (const { assignment, keys } of doubleKeys(file)) {
        const [trace, second] = keys.map((key) => chosenKey(key, assignment, file, codebase))
        if (!trace || (keys.length > 1 && !second) || trace.steps.length > 6 || knowsPrototypes(assignment, file))
          continue
        yield {
          file,
          node: assignment,
          message: `Both keys of this assignment can be chosen: the first is ${sourceText(trace, file, assignment)}.`,
          steps: trace.steps,
        }
      }
    }
  },
}

/** Deep merges of lodash leave prototypes alone since 4.17.12, and what sets one path since 4.17.19. */
function isMended(codebase: Codebase, name: string): boolean {
  const [, method] = /^lodash\.(merge|mergeWith|defaultsDeep|set|setWith|zipObjectDeep)$/.exec(name) ?? []
  if (method === undefined) return false
  const found = codebase.project.dependencies.find((item) => item.name === 'lodash')
  const version = found && (found.installed ?? lowestVersion(found.range))
  return (
    version !== undefined && compareVersions(version, /^(merge|defaults)/.test(method) ? '4.17.12' : '4.17.19') >= 0
  )
}

function knowsPrototypes(assignment: Node, file: SourceFile): boolean {
  const around = functionAround(assignment)
  return around !== undefined && isMentioned(file, '__proto__', around.start, assignment.start)
}

function chosenKey(key: Node, assignment: Node, file: SourceFile, codebase: Codebase): Trace | undefined {
  const trace = codebase.flow.trace(key, file)
  if (!trace || trace.inText || !/^(body|query|params|message)$/.test(trace.kind)) return undefined
  return isChecked(trace, assignment, file) ? undefined : trace
}

/** `object[first][second] = value`, and the same by way of a name: `item = object[first]; item[second] = value`. */
const doubleKeys = atOnce((file: SourceFile) =>
  file.assignments.flatMap((assignment) => {
    const left = computed(assignment.left)
    if (!left) return []
    const direct = computed(left.object)
    if (direct) return [{ assignment, keys: [direct.property] }]
    const holder = left.object.type === 'Identifier' ? lookUp(file.scopes, left.object, left.object.name) : undefined
    const held = holder?.init && computed(unwrap(holder.init))
    return held ? [{ assignment, keys: [held.property, left.property] }] : []
  }),
)

function computed(node: Node): Of<'MemberExpression'> | undefined {
  return node.type === 'MemberExpression' && node.computed && keyOf(node) === undefined ? node : undefined
}

/** Functions of the project that copy one object into another key by key, level by level, `__proto__` included. */
function* ownMerges(codebase: Codebase): Iterable<Match> {
  for (const { call, file, target } of codebase.calls.linked) {
    if (call.arguments.length < 2 || !mergesDeeply(target.node, target.file, codebase)) continue
    if (call.start > target.node.start && call.end < target.node.end) continue
    for (const argument of call.arguments) {
      const trace = codebase.flow.trace(argument, file)
      if (!trace || !/^(body|query|message)$/.test(trace.kind) || isValidated(codebase, trace)) continue
      yield {
        file,
        node: call,
        message: `\`${textOf(call.callee, file, 40)}\` merges ${sourceText(trace, file, argument)}, whose keys the caller chooses.`,
        steps: trace.steps,
      }
      break
    }
  }
}

const copiesKey = /(\w+)\[(\w+)\]\s*=\s*(?!\1\b)\w+\[\2\]/
/** What the slower search needs to find anything. */
const assignsKey = /\]\s*=\s*\w+\[/
const copiesKeys = once((file: SourceFile) => assignsKey.test(file.text) && copiesKey.test(file.text))

function mergesDeeply(node: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  if (!copiesKeys(file)) return false
  const text = bodyText(node, file)
  if (!copiesKey.test(text) || !/\bin\b|Object\.(keys|entries)/.test(text)) return false
  if (/__proto__|hasOwn\(|Object\.create\(null\)|constructor/.test(text)) return false
  // It calls itself with what the target holds under the key: `merge(target[key], source[key])`.
  return codebase.calls
    .sitesOf(node)
    .some(
      ({ file: home, call }) =>
        home === file &&
        call.start > node.start &&
        call.end < node.end &&
        call.arguments.some((given) => given.type === 'MemberExpression' && given.computed),
    )
}
