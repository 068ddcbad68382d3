import type { Codebase } from '../../codebase.ts'
import {
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  type FunctionNode,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

export const openSocket: Rule = {
  id: 'open-socket',
  category: 'missing-auth',
  severity: 'high',
  confidence: 'medium',
  title: 'WebSocket connections are taken from anyone',
  why: 'The guards of HTTP routes do not stand before sockets: who connects is asked only where the code asks it.',
  effects: { safety: 'Strangers read messages and write in the name of others.' },
  fix: {
    say: 'Verify the token when the connection is made, and take the user from it.',
    code: {
      any: "io.use(async (socket, next) => {\n  const user = await verify(socket.handshake.auth.token).catch(() => undefined)\n  if (!user) return next(new Error('unauthorized'))\n  socket.data.user = user\n  next()\n})",
    },
  },
  sources: [
    'https://socket.io/docs/v4/middlewares/',
    'https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html',
  ],
  *find(codebase) {
    if (!importsPackage(codebase, /^socket\.io$/)) return
    if (codebase.production.some(asksWho)) return yield* roomsOfOthers(codebase)
    for (const { call, file } of codebase.index.methods('on')) {
      const listener = call.arguments[1]
      if (!/^connect(ion)?$/.test(literalText(call.arguments[0]) ?? '') || !listener) continue
      if (
        !/(^|\.)(io|ios?erver|socketServer|nsp|namespace|chat)(\(\))?$|\.of\(\)$/i.test(
          call.callee.type === 'MemberExpression' ? pathOf(call.callee.object) : '',
        )
      )
        continue
      if (
        /\b(authenticate|authorize|verify\w*|checkAuth\w*|getUser\w*|parseCookie\w*)\(|headers\.cookie|session_?id/i.test(
          file.text.slice(listener.start, listener.end),
        )
      )
        continue
      if (isFunction(listener) && !doesAnything(listener, file)) continue
      yield {
        file,
        node: call,
        message: 'Nothing asks who connects: there is no `io.use`, and the listener checks no token.',
      }
      if (isFunction(listener)) yield* chosenRooms(codebase, listener, file)
    }
  },
}

/** Who is signed in may not be in every room: a listener joins the one it is told, and looks nothing up. */
function* roomsOfOthers(codebase: Codebase): ReturnType<Rule['find']> {
  for (const { call, file } of codebase.index.methods('join')) {
    const [room] = call.arguments
    const around = functionAround(call)
    const event = around?.parent
    if (!room || !around || event?.type !== 'CallExpression' || !/^(\w*socket|client)\.on$/i.test(pathOf(event.callee)))
      continue
    if (pathOf(call.callee).replace(/\.join$/, '') !== pathOf(event.callee).replace(/\.on$/, '')) continue
    const trace = codebase.flow.trace(room, file)
    if (trace?.kind !== 'message' || trace.inText || !ofSome.test(file.text.slice(room.start, room.end))) continue
    if (
      file.awaits.some((item) => contains(around, item) && item.start < call.start) ||
      /\bif\s*\(/.test(file.text.slice(around.start, call.start))
    )
      continue
    yield {
      file,
      node: call,
      severity: 'medium',
      words: ofOthers,
      message: `The caller chooses the room (\`${trace.source.text}\`), and nothing asks whether it is theirs.`,
    }
  }
}

/** Rooms that have members. */
const ofSome = /chat|conversation|group|channel|thread|team|workspace|room/i

const ofOthers: Words = {
  title: 'Anyone who is signed in may join any room',
  why: 'A room is whoever joined it: without a look at its members, everyone with an account reads along by its id.',
  fix: {
    say: 'Look up whether the caller is a member before the socket joins.',
    code: {
      any: "socket.on('join', async (chatId) => {\n  const chat = await Chat.exists({ _id: String(chatId), members: socket.data.user.id })\n  if (chat) await socket.join(String(chatId))\n})",
    },
  },
}

/** Some code of the project looks at the handshake, or stands before connections. */
export const asksWho = once((file: SourceFile) =>
  /\b(io|nsp|namespace|socketServer|server)\.use\(|handshake\.(auth|headers|query)|socket\.request\.(user|session)|allowRequest|socketio-auth|socketioJwt|on\(\s*['"`](authenticat\w*|auth|login)['"`]/i.test(
    file.text,
  ),
)

/** It hears or says something, more than that somebody came or went. */
function doesAnything(listener: FunctionNode, file: SourceFile): boolean {
  return file.calls.some((call) => {
    if (!contains(listener, call) || call.callee.type !== 'MemberExpression') return false
    const name = keyOf(call.callee) ?? ''
    if (/^(on|once)$/.test(name)) return !/^(disconnect\w*|error)$/.test(literalText(call.arguments[0]) ?? '')
    return /^(emit|join|send|set|push|add)$/.test(name)
  })
}

/** `socket.join(room)` with a room the caller names. */
function* chosenRooms(codebase: Codebase, connection: FunctionNode, file: SourceFile): ReturnType<Rule['find']> {
  const socket = parameterName(connection.params[0])?.name
  for (const call of file.calls) {
    if (
      call.start < connection.start ||
      call.end > connection.end ||
      call.callee.type !== 'MemberExpression' ||
      keyOf(call.callee) !== 'join'
    )
      continue
    if (pathOf(call.callee.object) !== socket || functionAround(call) === connection) continue
    const trace = call.arguments[0] && codebase.flow.trace(call.arguments[0], file)
    if (trace?.kind === 'message')
      yield {
        file,
        node: call,
        severity: 'medium',
        message: `The caller chooses the room (\`${trace.source.text}\`), and nothing asks whether it is theirs.`,
      }
  }
}
