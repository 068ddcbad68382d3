import { hasSpread, propertyOf, type CallNode, type Node } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex } from './call-index.ts'
import type { Identities } from './identities.ts'
import type { Meanings } from './meaning.ts'
import { objectOf } from './sessions.ts'

export type OutgoingCall = {
  /** By dotted name: `axios.get`. */
  client: string
  call: CallNode
  file: SourceFile
  line: number
  /** The call has a time limit of its own, or its options cannot be read. */
  limited: boolean
  /** Where the client of the call is set up, if the project does so. */
  instance?: { node: Node; file: SourceFile }
  /** The call, or the client it is made with, tries again by itself. */
  retries: boolean
}

/** Calls of HTTP clients. */
export const requestCalls =
  /^(https?\.(get|request)|axios(\.(get|post|put|patch|delete|head|request|default|create\(\)\.(get|post|put|patch|delete|request)))?|got(\.\w+)?|node-fetch(\.\w+)?|fetch|undici\.(fetch|request|stream)|request(\.(get|post|put|patch|delete|head))?|request-promise(-native)?(\.\w+)?|needle(\.\w+)?|superagent\.(get|post|put|patch|delete|head)|ky(\.\w+)?|bent(\(\))?|phin|@nestjs\/axios\.HttpService\(\)\.(get|post|put|patch|delete|request)|cross-fetch(\.fetch)?|isomorphic-fetch|ofetch\.(ofetch|\$fetch)|(puppeteer|playwright).*\.goto)$/

const limits = ['timeout', 'signal', 'dispatcher', 'agent', 'headersTimeout', 'bodyTimeout']
const retryWrappers = /^(axios-retry|fetch-retry|async-retry|p-retry|cockatiel\.retry)$/
const retrying = /^(got|ky|ofetch)\b/

/** Calls to other services over HTTP, with what bounds them. */
export function readOutgoingCalls(index: CallIndex, meanings: Meanings, identities: Identities): OutgoingCall[] {
  const wrapped = new Set(index.named(retryWrappers).map(({ file }) => file))
  const instances = new Map(index.named(/^axios\.create$/).map(({ call, file }): [Node, SourceFile] => [call, file]))
  return index.named(requestCalls).map(({ call, file, name }) => {
    const instance = name.startsWith('axios.create()') ? instanceOf(call, file, identities, instances) : undefined
    return {
      client: name,
      call,
      file,
      line: lineAt(file.lineStarts, call.start),
      limited:
        hasLimit(call, file, meanings) ||
        saysTimeout(call, file) ||
        (name.startsWith('axios.create()') && instanceHasLimit(instance, meanings)),
      ...(instance ? { instance } : {}),
      retries: retrying.test(name) || (wrapped.has(file) && /^(axios|fetch|node-fetch)/.test(name)),
    }
  })
}

function hasLimit(call: CallNode, file: SourceFile, meanings: Meanings): boolean {
  return call.arguments.some((argument) => {
    const options = objectOf(argument, file, meanings)?.node
    // Options that are handed on may carry the limit; `credentials` is a word of browsers.
    if (options && (hasSpread(options) || [...limits, 'credentials'].some((key) => propertyOf(options, key))))
      return true
    return argument.type === 'Identifier' && /opt|config|init|request|params/i.test(argument.name) && !options
  })
}

/** In the call, in the chain after it, or set on the request it gives back. */
function saysTimeout(call: CallNode, file: SourceFile): boolean {
  if (/timeout/i.test(file.text.slice(call.start, call.end))) return true
  const after = file.text.slice(call.end, call.end + 200)
  return /^(\s*\.\w+\([^;\n]*)*\s*\.timeout\(|\.setTimeout\(|^\s*\.pipe\([^;]*\btimeout\(/.test(after)
}

type Instance = { node: CallNode; file: SourceFile }

function instanceOf(
  { callee }: CallNode,
  file: SourceFile,
  identities: Identities,
  instances: ReadonlyMap<Node, SourceFile>,
): Instance | undefined {
  const node = callee.type === 'MemberExpression' ? identities.of(callee.object, file) : undefined
  const home = node && instances.get(node)
  return home && node.type === 'CallExpression' ? { node, file: home } : undefined
}

/** Whether the instance a call is made with has a time limit, or where it is made is not known. */
function instanceHasLimit(instance: Instance | undefined, meanings: Meanings): boolean {
  if (!instance) return true
  const [given] = instance.node.arguments
  const options = given && objectOf(given, instance.file, meanings)?.node
  if (given && !options) return true
  return options !== undefined && (hasSpread(options) || limits.some((key) => propertyOf(options, key)))
}
