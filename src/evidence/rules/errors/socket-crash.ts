import { isTried } from '../../facts/promises.ts'
import {
  ancestor,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { methodCallsOf, goingBy } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import { resultsOf } from '../../parse/returns.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Codebase } from '../../codebase.ts'
import type { Rule, Words } from '../rule.ts'

export const socketCrash: Rule = {
  id: 'socket-crash',
  category: 'null-deref',
  severity: 'high',
  confidence: 'medium',
  title: 'A message without a field ends the process',
  why: 'Listeners of sockets run outside of every request: a TypeError in one is an uncaught exception. Anyone who connects can send a message without its data.',
  effects: { safety: 'One malformed message stops the process for everyone.' },
  fix: {
    say: 'Check the message before its fields are read.',
    code: {
      any: "socket.on('setup', (message) => {\n  const user = userMessage.safeParse(message)\n  if (!user.success) return\n  void socket.join(user.data.id)\n})",
    },
  },
  sources: ['https://socket.io/docs/v4/listening-to-events/#validation'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const { use, name, event, asksForRole } of firstReads(file))
        yield {
          file,
          node: use,
          ...(asksForRole ? { severity: 'medium' as const } : {}),
          message: `${name} of \`${event}\` may be missing, and reading a field of it then ends the process.`,
        }
      for (const { use, name, event } of unfoundReads(file, codebase))
        yield {
          file,
          node: use,
          words: ofList,
          message: `\`${name}\` is nothing where the list holds no such item, and reading a field of it in \`${event}\` then ends the process.`,
        }
    }
  },
}

const ofList: Words = {
  title: 'A message about somebody who is not there ends the process',
  why: 'Listeners of sockets run outside of every request: a TypeError in one is an uncaught exception. Whoever is looked for may have left, or was never there.',
  fix: {
    say: 'Ask whether it was found before its fields are read.',
    code: {
      any: "const receiver = online.find(({ id }) => id === to)\nif (!receiver) return\nio.to(receiver.socketId).emit('message', message)",
    },
  },
}

/** `const receiver = find(to)` in a listener, and `receiver.socketId` where nobody asked whether there is one. */
function unfoundReads(file: SourceFile, codebase: Codebase): Read[] {
  return socketListeners(file).flatMap(({ listener, event }): Read[] => {
    const searched = file.declarators.filter(
      ({ id, init }) =>
        id.type === 'Identifier' &&
        init &&
        isInside(id, listener) &&
        functionAround(id) === listener &&
        searches(init, codebase),
    )
    const uses = searched.flatMap(({ id }): Read[] => {
      const name = id.type === 'Identifier' ? id.name : ''
      const use = readBefore(listener, name, file)
      return use ? [{ use, name, event }] : []
    })
    return uses.slice(0, 1)
  })
}

/** `items.find(…)`, or a function of the project that gives what it finds in a list. */
function searches(value: Node, codebase: Codebase): boolean {
  const call = unwrap(value)
  if (call.type !== 'CallExpression') return false
  if (findsInList(call)) return true
  const target = codebase.calls.targetOf(call)
  const results = target ? resultsOf(target.node, target.file) : []
  return results.length === 1 && results.every((result) => findsInList(unwrap(result)))
}

function findsInList(call: Node): boolean {
  return (
    call.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'find' &&
    isFunction(call.arguments[0])
  )
}

const socketListeners = atOnce((file: SourceFile) =>
  /socket\.io(?!-client)|\bio\.(on|to|emit|in)\(|\bsocket\.(broadcast|join)\b/.test(file.text)
    ? goingBy(methodCallsOf(file), 'on').flatMap((call) => {
        const [event, listener] = call.arguments
        if (call.callee.type !== 'MemberExpression' || !isFunction(listener)) return []
        const named = literalText(event) ?? (event?.type === 'MemberExpression' ? keyOf(event) : undefined)
        return named !== undefined && /^(socket|client|conn)$/i.test(pathOf(call.callee.object))
          ? [{ listener, event: named }]
          : []
      })
    : [],
)

/** Events of the library itself, which give what they say. */
const ofLibrary = /^(connect\w*|reconnect\w*|disconnect\w*|error|close|open|message|data|end|ping|pong)$/

/** `asksForRole`: whether the listener looks at a role before. */
type Read = { use: Node; name: string; event: string; asksForRole?: boolean }

const firstReads = atOnce((file: SourceFile): Read[] =>
  goingBy(methodCallsOf(file), 'on').flatMap((call): Read[] => {
    const [event, listener] = call.arguments
    if (call.callee.type !== 'MemberExpression' || !isFunction(listener) || listener.async) return []
    if (
      !/^(socket|ws|client|conn)$/i.test(pathOf(call.callee.object)) ||
      !/socket\.io(?!-client)|['"]ws['"]|io\.on\(/.test(file.text)
    )
      return []
    const [message] = listener.params
    const name = parameterName(message)?.name
    // An event that goes by a constant is told by that.
    const named = literalText(event) ?? (event?.type === 'MemberExpression' ? keyOf(event) : undefined)
    if (
      named !== undefined &&
      message?.type === 'ObjectPattern' &&
      message.properties.length > 0 &&
      !ofLibrary.test(named)
    )
      return [{ use: message, name: 'The message', event: named }]
    if (name === undefined || named === undefined || ofLibrary.test(named)) return []
    const use = readBefore(listener, name, file)
    if (!use) return []
    const before = file.text.slice(listener.start, use.start)
    return [{ use, name: `\`${name}\``, event: named, asksForRole: /\bis_?admin|\brole\b/i.test(before) }]
  }),
)

/** `data.user.id`, or `data.list.forEach`, where nothing looked at `data` before; also of a name for one of its fields. */
function readBefore(listener: FunctionNode, name: string, file: SourceFile): Of<'MemberExpression'> | undefined {
  const own = file.members.find(
    (member) =>
      isInside(member, listener) &&
      !member.optional &&
      member.object.type === 'Identifier' &&
      member.object.name === name &&
      !isTried(member, listener),
  )
  if (!own || isShadowed(own, listener)) return undefined
  const before = file.text.slice(listener.body?.start ?? listener.start, own.start)
  const checked = new RegExp(
    String.raw`[!(&|?]\s*${name}\b\s*[)&|?=!;]|!\s*${name}\b|typeof\s+${name}\b|\b${name}\s*(&&|\?)|\btry\b`,
  )
  return checked.test(before) || checked.test(file.text.slice(own.start - 2, own.end + 4)) ? undefined : own
}

function isInside(node: { start: number; end: number }, outer: FunctionNode): boolean {
  return node.start > (outer.body?.start ?? outer.start) && node.end < outer.end
}

function isShadowed(member: Of<'MemberExpression'>, listener: FunctionNode): boolean {
  return (
    member.object.type === 'Identifier' &&
    functionAround(member) !== listener &&
    ancestor(
      member,
      (node) =>
        isFunction(node) &&
        node !== listener &&
        node.params.some(
          (parameter) =>
            parameterName(parameter)?.name === (member.object.type === 'Identifier' ? member.object.name : ''),
        ),
      listener,
    ) !== undefined
  )
}
