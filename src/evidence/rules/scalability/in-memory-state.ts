import { ancestor, functionAround, keyOf, pathOf, unwrap, type Node, type Of } from '../../parse/ast.ts'
import { atOnce, says } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isKept, purposeOf, requestOf, textOf } from '../places.ts'
import type { Codebase } from '../../codebase.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { sharedCredentials } from './in-memory-state/shared-credentials.ts'

const growing = /^(push|unshift|set|add)$/

export const inMemoryState: Rule = {
  id: 'in-memory-state',
  category: 'in-memory-state',
  severity: 'medium',
  confidence: 'medium',
  title: 'Requests store data in a variable of the process',
  why: 'It is lost at the next restart, other processes do not see it, and nothing removes what is no longer needed.',
  effects: { memory: 'Grows until the process is restarted.', maintenance: 'A second instance answers differently.' },
  fix: {
    say: 'Keep it in the database or in Redis, with an expiry.',
    code: { any: "await redis.set(`otp:${user.id}`, code, 'EX', 300)" },
  },
  sources: ['https://12factor.net/processes'],
  *find(codebase) {
    yield* sharedCredentials(codebase)
    for (const match of states(codebase)) yield knowsOfProcesses(match.file) ? { ...match, severity: 'info' } : match
  },
}

/** A comment says that each process has its own: what is left to say is where. */
const knowsOfProcesses = says(
  /(^|\n)\s*(\/\*+|\*|\/\/)[^\n]*(\b(multi(ple|-)|several|other)\s*(server |app )?(instance|process|node|replica|worker)|single[- ](instance|process|node)|per[- ]process\b|in-memory[^\n]*\b(only|not shared|redis))/i,
)

function* states(codebase: Codebase): Iterable<Match & { file: SourceFile }> {
  for (const file of codebase.production) {
    for (const { declarator, name, write } of growingState(file)) {
      if (isBounded(write, name, file)) continue
      if (!requestOf(codebase, write)) {
        if (isInSocketListener(write, file))
          yield {
            file,
            node: declarator,
            words: ofSockets,
            message: `Connections put data into \`${name}\` (line ${lineNumber(file, write)}), which other processes do not see.`,
          }
        continue
      }
      if (/^(init|load|set-?up|start|register|ensure)/i.test(purposeOf(codebase, write))) continue
      yield {
        file,
        node: declarator,
        message: `Requests put data into \`${name}\` (line ${lineNumber(file, write)}).`,
      }
    }
    for (const { node, name } of counters(file, codebase)) {
      yield {
        file,
        node,
        message: `Requests change \`${name}\`, which each process has for itself and a restart forgets.`,
      }
    }
    yield* sharedWrites(file, codebase)
  }
}

/** What a request writes into an object of the whole application; who is signed in, above all. */
function* sharedWrites(file: SourceFile, codebase: Codebase): Iterable<Match & { file: SourceFile }> {
  const seen = new Set<string>()
  for (const assignment of sharedLocals(file)) {
    const around = functionAround(assignment)
    const path = pathOf(assignment.left)
    if (!/^(req|request)\./.test(path) && !(around && codebase.web.handlers.has(around))) continue
    // What says until when it holds is renewed for everyone.
    if (/expire|created_?at/i.test(textOf(assignment.right, file, 400))) continue
    const message = `\`${path}\` is one value for all requests: what this one writes, others read.`
    const severity = /user|auth|log+ed|admin|role|token|session|account|cart/i.test(path) ? 'high' : 'medium'
    yield { file, node: assignment, severity: seen.has(path) ? 'info' : severity, confidence: 'high', message }
    seen.add(path)
  }
}

/** `socket.on('join', (user) => …)` and what stands in `io.on('connection', …)`. */
function isInSocketListener(node: Node, file: SourceFile): boolean {
  for (let at = functionAround(node); at; at = functionAround(at)) {
    const call = at.parent
    if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') continue
    if (!/^(on|once)$/.test(keyOf(call.callee) ?? '')) continue
    if (/(^|\.)(io|ws|wss|socket\w*|\w*[sS]ocket|nsp|namespace)$/.test(pathOf(call.callee.object)))
      return /socket\.io|['"]ws['"]/.test(file.text)
  }
  return false
}

/** `let next = 1` of a module, and `next++` or `next = req.body.x` in a request. */
function* counters(file: SourceFile, codebase: Codebase): Iterable<{ node: Node; name: string }> {
  for (const { declarator, name, number, writes, counted } of changing(file)) {
    const write = writes.find(
      (item) =>
        requestOf(codebase, item) !== undefined &&
        ((number && /^[-+]=$/.test(item.operator)) ||
          (kept.test(name) && isInput(codebase.flow.trace(item.right, file)?.kind))),
    )
    // A number for whoever asks is counted where requests are answered; elsewhere it belongs to the work of the process.
    const step =
      counted && !/pid|hostname|random|timestamp|clock|Worker|\block/i.test(near(counted.index, file))
        ? file.functions.find(
            (node) => node.start < counted.index && counted.index < node.end && codebase.web.inRequest.has(node),
          )
        : undefined
    if (write || step) yield { node: declarator, name }
  }
}

function near(index: number, file: SourceFile): string {
  return file.text.slice(Math.max(0, index - 300), index + 100)
}

/** Variables of a module that are assigned or counted somewhere. */
const changing = atOnce((file: SourceFile) =>
  file.declarators.flatMap((declarator) => {
    if (declarator.parent?.type !== 'VariableDeclaration' || declarator.parent.kind === 'const') return []
    if (declarator.id.type !== 'Identifier' || functionAround(declarator)) return []
    const { name } = declarator.id
    const binding = lookUp(file.scopes, declarator.id, name)
    const number = declarator.init?.type === 'Literal' && typeof declarator.init.value === 'number'
    const writes = file.assignments.filter(
      ({ left }) => left.type === 'Identifier' && left.name === name && lookUp(file.scopes, left, name) === binding,
    )
    const escaped = name.replaceAll('$', String.raw`\$`)
    const step = new RegExp(String.raw`(?<![\w.$])${escaped}(\+\+|--)|(\+\+|--)${escaped}\b`)
    const counted = number ? step.exec(file.text) : null
    return writes.length > 0 || counted ? [{ declarator, name, number, writes, counted }] : []
  }),
)

const kept = /user|current|session|cart|e?mail|role|token|message|result|order|item|account/i

function isInput(kind: string | undefined): boolean {
  return kind !== undefined && /^(body|query|params)$/.test(kind)
}

/** `req.app.locals.user = …`: one object for the whole application, so every caller sees what one request wrote. */
const sharedLocals = atOnce((file: SourceFile) =>
  file.assignments.filter(
    ({ left }) =>
      left.type === 'MemberExpression' && /(^|\.)app\.locals\.\w+$/.test(pathOf(left)) && functionAround(left),
  ),
)

/** Collections of a module that functions put something into. */
const growingState = atOnce((file: SourceFile) =>
  file.declarators.flatMap((declarator) => {
    if (!isContainer(declarator.init) || declarator.id.type !== 'Identifier' || functionAround(declarator)) return []
    const { name } = declarator.id
    const kept =
      /cache|memo|store$|warned|seen|loaded|compiled|instances|registry|handlers|routes|listeners|models|plugins|constants|config|queue|pool|client|socket|connections|active|pending|in_?flight|metrics|^key_?to/i
    if (kept.test(name)) return []
    const write = writeTo(declarator.id, file)
    return write ? [{ declarator, name, write }] : []
  }),
)

function isContainer(node: Node | null): boolean {
  if (!node) return false
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression') return true
  if (inner.type === 'ObjectExpression') return inner.properties.length === 0
  return (
    inner.type === 'NewExpression' && inner.callee.type === 'Identifier' && /^(Map|Set|Array)$/.test(inner.callee.name)
  )
}

function writeTo(id: Of<'Identifier'>, file: SourceFile): Node | undefined {
  const binding = lookUp(file.scopes, id, id.name)
  for (const call of file.calls) {
    const callee = call.callee
    if (callee.type !== 'MemberExpression' || !growing.test(keyOf(callee) ?? '') || callee.object.type !== 'Identifier')
      continue
    if (callee.object.name === id.name && lookUp(file.scopes, callee, id.name) === binding) return call
  }
  return file.assignments.find(
    (item) =>
      !isMemo(item, file) &&
      item.left.type === 'MemberExpression' &&
      item.left.computed &&
      item.left.object.type === 'Identifier' &&
      item.left.object.name === id.name &&
      lookUp(file.scopes, item, id.name) === binding,
  )
}

function lineNumber(file: SourceFile, node: Node): number {
  return file.text.slice(0, node.start).split('\n').length
}

/** `lists[key] = lists[key] || []` and `if (made[key]) return made[key]` keep what can be made again. */
function isMemo(item: Of<'AssignmentExpression'>, file: SourceFile): boolean {
  const right = unwrap(item.right)
  const around = functionAround(item)
  if (around && isKept(item, around, file)) return true
  // `if (!names[key]) { … names[key] = value }`
  const missing = `!${textOf(item.left, file)}`
  if (ancestor(item, (at) => at.type === 'IfStatement' && textOf(at.test, file) === missing, around)) return true
  return right.type === 'LogicalExpression' && textOf(right.left, file) === textOf(item.left, file)
}

/** A timer, or what the same function takes away again. */
function isBounded(write: Node, name: string, file: SourceFile): boolean {
  const around = functionAround(write)
  const body = around ? file.text.slice(around.start, around.end) : ''
  return (
    /=\s*set(Timeout|Interval)\(/.test(textOf(write, file, 200)) ||
    isEmptied(name, file) ||
    new RegExp(`\\bdelete ${name}\\[|\\b${name}\\.(delete|clear|shift|splice)\\(`).test(body)
  )
}

/** `counters = {}` in a function: what was gathered is handed on and begun anew. */
function isEmptied(name: string, file: SourceFile): boolean {
  return file.assignments.some(
    ({ left, right }) =>
      left.type === 'Identifier' && left.name === name && functionAround(left) !== undefined && isContainer(right),
  )
}

const ofSockets: Words = {
  title: 'Connections are kept in a variable of the process',
  fix: {
    say: 'Put each connection into a room of its user, and give Socket.IO the adapter for Redis: a message then reaches whoever is connected elsewhere too.',
    code: {
      any: "io.on('connection', (socket) => void socket.join(`user:${socket.data.user.id}`))\nio.to(`user:${userId}`).emit('notice', notice)",
    },
  },
}
