import { functionAround, isFunction, type FunctionNode } from '../parse/ast.ts'
import { chainTop } from '../facts/promises.ts'
import { requestOf } from '../rules/places.ts'
import { before, calledBack, passError } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Rewrite } from './rewrite.ts'
import type { SourceFile } from '../parse/source-file.ts'

type Wrapper = { plain: string; typed: readonly string[] }

const wrappers: Readonly<Record<'asyncHandler' | 'caught', Wrapper>> = {
  asyncHandler: {
    plain: 'const asyncHandler = (handler) => (req, res, next) => Promise.resolve(handler(req, res, next)).catch(next)',
    typed: [
      "import type { RequestHandler } from 'express'",
      '',
      'const asyncHandler = (handler: RequestHandler): RequestHandler => (req, res, next) =>\n  Promise.resolve(handler(req, res, next)).catch(next)',
    ],
  },
  // An emitter or a timer gives nothing to hand a failure on to.
  caught: {
    plain:
      'const caught = (work) => (...given) => Promise.resolve(work(...given)).catch((error) => console.error(error))',
    typed: [
      'const caught = <Given extends unknown[]>(work: (...given: Given) => Promise<unknown>) => (...given: Given) =>\n  work(...given).catch((error: unknown) => console.error(error))',
    ],
  },
}

/** Hands what fails to the error handler, or waits for it. */
export const handleRejection: CodeFix = ({ node, file, match, codebase }) => {
  if (isFunction(node)) return wrap(node, /async handler/.test(match.message) ? 'asyncHandler' : 'caught', file)
  if (match.message.includes('`catch`')) {
    const handler = requestOf(codebase, node)
    const passed = handler ? passError(handler, node, file) : calledBack(node, file)
    const top = chainTop(node.parent?.type === 'CallExpression' && node.parent.callee === node ? node.parent : node)
    return passed && { edits: [...passed.edits, { start: top.end, end: top.end, text: `.catch(${passed.name})` }] }
  }
  if (!/is started and left|nobody waits/.test(match.message) || !functionAround(node)?.async) return undefined
  return { edits: [before(chainTop(node), 'await ')] }
}

function wrap(node: FunctionNode, by: keyof typeof wrappers, { path, text }: SourceFile): Rewrite | undefined {
  if (node.type === 'FunctionDeclaration' || node.parent?.type === 'MethodDefinition') return undefined
  const method = node.parent?.type === 'Property' && node.parent.method
  if (method) return undefined
  return {
    edits: [before(node, `${by}(`), { start: node.end, end: node.end, text: ')' }],
    imports: /\.[cm]?ts$/.test(path)
      ? wrappers[by].typed.filter(
          (line) => line !== '' && !(line.startsWith('import') && /\bRequestHandler\b/.test(text)),
        )
      : [wrappers[by].plain],
  }
}
