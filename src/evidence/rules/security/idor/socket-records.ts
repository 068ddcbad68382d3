import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround, pathOf, type FunctionNode } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import type { Match, Words } from '../../rule.ts'
import { importsPackage } from '../../places.ts'
import { asksWho } from '../open-socket.ts'
import { ownedModels } from './owned-models.ts'

/** `socket.on('delete', (id) => Message.findByIdAndDelete(id))`: a record of somebody, and nothing asks of whom. */
export function* socketRecords(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^socket\.io$/) || !codebase.production.some(asksWho)) return
  for (const query of codebase.queries) {
    const { model, file, call } = query
    const [id] = call.arguments
    const listener = functionAround(call)
    if (file.kind !== 'production' || model === undefined || !id || !picksOne.test(query.method)) continue
    if (!listener || !isListener(listener) || namesSocket.test(codeText(call, file))) continue
    if (!ownedModels(codebase).has(plainModel(model)) || asksBefore(listener, query)) continue
    const trace = codebase.flow.trace(id, file)
    if (trace?.kind !== 'message' || trace.inText) continue
    yield {
      file,
      node: call,
      severity: 'medium',
      confidence: 'medium',
      words: bySocket,
      message: `\`${trace.source.text}\` of a message picks the \`${model}\`, and nothing asks whose it is.`,
    }
  }
}

const picksOne = /^findById(And(Update|Delete|Remove|Replace))$/
const namesSocket = /\b(socket|client)\.(\w*user|data|decoded|auth|handshake|request)\b/i

function isListener({ parent }: FunctionNode): boolean {
  return parent?.type === 'CallExpression' && /^(\w*socket|client)\.on$/i.test(pathOf(parent.callee))
}

/** A condition, or another lookup, stands before. */
function asksBefore(listener: FunctionNode, { call, file }: Query): boolean {
  return /\b(if|await|throw)\b/.test(
    file.text.slice(listener.body?.start, call.parent?.type === 'AwaitExpression' ? call.parent.start : call.start),
  )
}

const bySocket: Words = {
  why: 'Whoever is connected and sends another id changes or deletes what belongs to someone else.',
  fix: {
    say: 'Make the caller, as the connection knows it, part of the filter.',
    code: {
      any: "socket.on('delete', async (id) => {\n  await Message.deleteOne({ _id: String(id), sender: socket.data.user.id })\n})",
    },
  },
}
