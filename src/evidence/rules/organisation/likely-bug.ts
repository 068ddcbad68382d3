import type { Codebase } from '../../codebase.ts'
import { statementsAfter } from '../../facts/flow-of-control.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  isString,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const likelyBug: Rule = {
  id: 'likely-bug',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'The code does something else than it says',
  why: 'The line runs without an error and gives the wrong result.',
  effects: { safety: 'Wrong data or a void check.', maintenance: 'Hard to find: nothing fails.' },
  fix: {
    say: 'Write what was meant.',
    code: { any: "jwtSecret: process.env.JWT_SECRET ?? fail('JWT_SECRET is not set')" },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Guide/Expressions_and_operators'],
  *find(codebase) {
    for (const file of codebase.production) {
      yield* bugsIn(file)
    }
    yield* ignoredArguments(codebase)
    yield* awaitedCallbacks(codebase)
    yield* calledAtOnce(codebase)
    yield* hooksThatGoOn(codebase)
    yield* wrongSessionKeys(codebase)
  },
}

const bugsIn = once((file: SourceFile) => [
  ...bitwiseText(file),
  ...callbackTwice(file),
  ...selfAssignments(file),
  ...swappedColumns(file),
])

function* bitwiseText(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    if ((node.operator === '|' || node.operator === '&') && (isString(node.right) || isString(node.left))) {
      yield {
        file,
        node,
        message: `\`${node.operator}\` turns texts into numbers; \`${node.operator}${node.operator}\` was meant.`,
      }
    }
  }
}

/** Sequelize and Mongoose take one filter object; a second with `include` or `where` is thrown away. */
function* ignoredArguments(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const { file } = query
    const [first, second] = query.call.arguments
    if (file.kind !== 'production' || !/^(findOne|findAll|findAndCountAll)$/.test(query.method) || !first || !second)
      continue
    if (
      propertyOf(first, 'where') &&
      (propertyOf(second, 'include') || propertyOf(second, 'where') || propertyOf(second, 'order'))
    ) {
      yield { file, node: query.call, message: `\`${query.method}\` takes one object: the second is ignored.` }
    }
  }
}

/** `await connection.query(text, (error, rows) => …)` waits for nothing: the driver gives its answer to the callback. */
function* awaitedCallbacks(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const last = query.call.arguments.at(-1)
    if (query.file.kind !== 'production' || query.call.parent?.type !== 'AwaitExpression' || !isFunction(last)) continue
    if (!/^mysql$/.test(query.client) || query.kind !== 'raw') continue
    yield {
      file: query.file,
      node: query.call,
      message: '`await` waits for nothing here: this call answers its callback and returns no promise.',
    }
  }
}

/** `app.listen(port, console.log('ready'))`: the text is printed before anything listens. */
function* calledAtOnce(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('listen')) {
    const callback = call.arguments.find(
      (argument) => argument.type === 'CallExpression' && /^console\.\w+$/.test(pathOf(argument.callee)),
    )
    if (callback)
      yield {
        file,
        node: callback,
        severity: 'low',
        message: 'This is called at once, before the server listens, and gives no callback.',
      }
  }
}

/** `pre('save')` hooks that call `next` and do not stop, or that ask for a method in place of its answer. */
function* hooksThatGoOn(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('pre')) {
    const hook = call.arguments.at(-1)
    if (!isFunction(hook) || literalText(call.arguments[0]) !== 'save') continue
    for (const member of file.members) {
      if (member.start < hook.start || member.end > hook.end || keyOf(member) !== 'isModified') continue
      if (member.parent?.type === 'UnaryExpression' || member.parent?.type === 'IfStatement')
        yield {
          file,
          node: member,
          message: '`isModified` is a function, so this is always true: it was meant to be called.',
        }
    }
    const next = parameterName(hook.params[0])?.name
    for (const early of next === undefined ? [] : file.calls) {
      if (
        early.start < hook.start ||
        early.end > hook.end ||
        early.callee.type !== 'Identifier' ||
        early.callee.name !== next
      )
        continue
      const branch = ancestor(early, (node) => node.type === 'IfStatement', hook)
      if (!branch || early.parent?.type !== 'ExpressionStatement' || functionAround(early) !== hook) continue
      const after = statementsAfter(early, hook)
      if (after.some((statement) => /\bpassword\b/.test(file.text.slice(statement.start, statement.end))))
        yield {
          file,
          node: early,
          message: `\`${next}()\` does not stop the hook: what follows runs too, and hashes a hash.`,
        }
    }
  }
}

/** A callback that is called, and called again because nothing returns in between. */
/** `if (state !== 1) …` and then `if (state === 1 && …)`. */
function areOpposite(first: Node, second: Node, file: SourceFile): boolean {
  const [one, other] = [first, second].map((node) => {
    const branch = ancestor(node, (at) => at.type === 'IfStatement', functionAround(node))
    const text = branch?.type === 'IfStatement' ? file.text.slice(branch.test.start, branch.test.end) : ''
    return /([\w.]+)\s*([!=])==?\s*([\w.'"]+)/.exec(text)
  })
  return one?.[1] === other?.[1] && one?.[3] === other?.[3] && one?.[2] !== other?.[2]
}

function* callbackTwice(file: SourceFile): Iterable<Match> {
  for (const node of file.functions) {
    const last = parameterName(node.params.at(-1))
    if (!last || !/^(cb|callback|done)$/.test(last.name) || !node.body) continue
    const binding = lookUp(file.scopes, node.body, last.name)
    const calls = file.calls.filter(
      (call) =>
        call.start > node.start &&
        call.end < node.end &&
        call.callee.type === 'Identifier' &&
        call.callee.name === last.name &&
        lookUp(file.scopes, call, last.name) === binding,
    )
    for (const call of calls) {
      const around = functionAround(call)
      const later = around
        ? calls.find(
            (other) =>
              other !== call &&
              statementsAfter(call, around).some(
                (statement) => contains(statement, other) && functionAround(other) === around,
              ),
          )
        : undefined
      const outer = around && around !== node ? outerCall(around, calls, node) : undefined
      const second = later ?? outer
      if (!second || areOpposite(call, second, file)) continue
      yield {
        file,
        node: second,
        message: `\`${last.name}\` may have been called already on line ${lineOf(call, file)}.`,
      }
      break
    }
  }
}

/** The callback is called inside an asynchronous callback and, without waiting, after it. */
function outerCall(inner: Node, calls: readonly Node[], node: Node): Node | undefined {
  const call = inner.parent
  if (
    call?.type !== 'CallExpression' ||
    call.callee === inner ||
    !/ById|find|get|read|query|fetch/i.test(pathOf(call.callee))
  )
    return undefined
  const around = functionAround(call)
  if (!around || !contains(node, around)) return undefined
  const after = statementsAfter(call, around)
  return calls.find(
    (other) => functionAround(other) === around && after.some((statement) => contains(statement, other)),
  )
}

function* selfAssignments(file: SourceFile): Iterable<Match> {
  for (const assignment of file.assignments) {
    const [left, right] = [unwrap(assignment.left), unwrap(assignment.right)]
    if (
      assignment.operator !== '=' ||
      // `value = await value` waits for it.
      assignment.right.type === 'AwaitExpression' ||
      // `value = value as Narrower` tells the compiler more.
      assignment.right.type.startsWith('TS') ||
      left.type !== 'Identifier' ||
      right.type !== 'Identifier' ||
      left.name !== right.name
    )
      continue
    const binding = lookUp(file.scopes, assignment, left.name)
    const around = functionAround(assignment)
    const outer =
      around && binding?.parameter?.of === around ? lookUp(file.scopes, around.parent ?? around, left.name) : undefined
    const place =
      outer && around ? (ancestor(around, (node) => node.type === 'CallExpression') ?? assignment) : assignment
    yield {
      file,
      node: place,
      message: outer
        ? `\`${left.name}\` is the callback’s own parameter: the outer \`${left.name}\` never gets the value.`
        : `\`${left.name}\` is assigned to itself.`,
    }
  }
}

/** `INSERT INTO t(a, b) VALUES (x.b, x.a)`. */
function* swappedColumns(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    if (node.operator !== '+' || node.parent?.type === 'BinaryExpression') continue
    const parts = partsOf(node)
    const columns = /insert\s+into\s+\w+\s*\(([^)]*)\)/i
      .exec(parts.map((part) => literalText(part) ?? '').join('\u0001'))?.[1]
      ?.split(',')
      .map((name) => name.trim())
    if (!columns) continue
    const values = parts.filter((part) => literalText(part) === undefined)
    if (values.length !== columns.length) continue
    const names = values.map((value) => (value.type === 'MemberExpression' ? (keyOf(value) ?? '') : ''))
    const wrong = names.findIndex(
      (name, index) => name !== columns[index] && columns.includes(name) && names.includes(columns[index] ?? ''),
    )
    const value = values[wrong]
    if (value)
      yield {
        file,
        node: value,
        message: `The value \`${names[wrong]}\` is written to the column \`${columns[wrong]}\`.`,
      }
  }
}

function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return [...partsOf(inner.left), ...partsOf(inner.right)]
  return [inner]
}

/** Signing out clears a key of the session that nothing ever sets. */
function* wrongSessionKeys(codebase: Codebase): Iterable<Match> {
  const writes = codebase.production.flatMap((file) =>
    file.assignments.flatMap((assignment) => {
      const left = assignment.left
      if (left.type !== 'MemberExpression' || !/^(req|request|ctx)\.session$/.test(pathOf(left.object))) return []
      const value = file.text.slice(assignment.right.start, assignment.right.end)
      return [{ file, assignment, key: keyOf(left) ?? '', clears: /^(null|undefined|false|''|"")$/.test(value) }]
    }),
  )
  const set = new Set(writes.filter((write) => !write.clears).map((write) => write.key))
  for (const write of writes) {
    if (
      !write.clears ||
      set.has(write.key) ||
      set.size === 0 ||
      codebase.production.some((file) => new RegExp(String.raw`session\.${write.key}\b(?!\s*=[^=])`).test(file.text))
    )
      continue
    const around = functionAround(write.assignment)
    if (!around || !isFunction(around)) continue
    yield {
      file: write.file,
      node: write.assignment,
      message: `\`session.${write.key}\` is cleared but never set; ${[...set]
        .slice(0, 3)
        .map((key) => `\`${key}\``)
        .join(', ')} stays.`,
    }
  }
}
