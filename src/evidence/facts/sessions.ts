import { type CallNode, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallIndex } from './call-index.ts'
import type { Meanings } from './meaning.ts'

export type SessionSetup = {
  file: SourceFile
  call: CallNode
  package: string
  options?: Node
  optionsFile: SourceFile
}

const packages =
  /^(express-session|cookie-session|koa-session|@fastify\/(session|secure-session|cookie)|fastify-session|client-sessions|iron-session\.\w+|koa-generic-session)$/

/** Where sessions are set up, with the options object wherever it is written. */
export function readSessions(index: CallIndex, files: readonly SourceFile[], meanings: Meanings): SessionSetup[] {
  const direct = index
    .named(packages)
    .map(({ call, file, name }) => setup(call, file, name, optionsIn(call, file, meanings), meanings))
  const registered = index.methods('register').flatMap(({ call, file }) => {
    const plugin = call.arguments[0]
    const name = plugin ? meanings.nameOf(plugin, file) : ''
    return packages.test(name) ? [setup(call, file, name, call.arguments[1], meanings)] : []
  })
  return [...direct, ...registered].filter((item) => files.includes(item.file))
}

/** The last argument that is an object, else the last: Koa's comes before the application. */
function optionsIn(call: CallNode, file: SourceFile, meanings: Meanings): Node | undefined {
  return call.arguments.findLast((item) => objectOf(item, file, meanings)) ?? call.arguments.at(-1)
}

function setup(
  call: CallNode,
  file: SourceFile,
  name: string,
  last: Node | undefined,
  meanings: Meanings,
): SessionSetup {
  const found = last && objectOf(last, file, meanings)
  return { file, call, package: name, optionsFile: found?.file ?? file, ...(found ? { options: found.node } : {}) }
}

/** The object literal an expression stands for, following names. */
export function objectOf(
  node: Node,
  file: SourceFile,
  meanings: Meanings,
): { node: Node; file: SourceFile } | undefined {
  if (node.type === 'ObjectExpression') return { node, file }
  const meaning = meanings.of(node, file)
  const [at, where] = meaning.kind === 'value' ? [meaning.node, meaning.file] : [node, file]
  if (at.type === 'ObjectExpression') return { node: at, file: where }
  if (at.type !== 'Identifier') return undefined
  const init = lookUp(where.scopes, at, at.name)?.init
  return init?.type === 'ObjectExpression' ? { node: init, file: where } : undefined
}
