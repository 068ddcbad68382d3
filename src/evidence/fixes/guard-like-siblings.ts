import { dirname, join, relative } from 'node:path/posix'
import { isAuthStep } from '../facts/access-control.ts'
import type { Step } from '../facts/steps.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { before, firstHandler, source } from './edits.ts'
import type { CodeFix, CodePlace } from './fix-here.ts'
import type { Rewrite } from './rewrite.ts'

const longestGuard = 80

/** Asks who is calling as the other routes of the file do, or those of other files. */
export const guardLikeSiblings: CodeFix = (place) => {
  const { node, codebase, file, match } = place
  const handler = firstHandler(place)
  if (!handler || match.message.includes('role')) return undefined
  const forgotten = / lacks `(\w+)`/.exec(match.message)?.[1]
  if (forgotten !== undefined) return bringBack(forgotten, place)
  // The last of a chain is who answers.
  const guards = codebase.web.routes.flatMap((other) =>
    other.chain.slice(0, -1).filter((step) => isAuthStep(step) && source(step.node, step.file).length < longestGuard),
  )
  const near = guards.filter((step) => step.file === file)
  const guard = mostUsed(near.length > 0 ? near : guards)
  if (!guard) return undefined
  const edits = [before(handler, `${source(guard.node, guard.file)}, `)]
  if (guard.file === file) return { edits }
  const line = guard.node.type === 'Identifier' ? loadingLine(guard.node.name, guard.file, file) : undefined
  return line === undefined || lookUp(file.scopes, node, source(guard.node, guard.file))
    ? undefined
    : { edits, imports: [line] }
}

function mostUsed(guards: readonly Step[]): Step | undefined {
  const alike = Map.groupBy(guards, (step) => source(step.node, step.file))
  return [...alike.values()].toSorted((one, other) => other.length - one.length)[0]?.[0]
}

/** The guard that stands in a comment, behind the others that the route has. */
function bringBack(guard: string, { node, file }: CodePlace): Rewrite | undefined {
  const last = node.type === 'CallExpression' ? node.arguments.at(-1) : undefined
  return last && lookUp(file.scopes, node, guard) ? { edits: [before(last, `${guard}, `)] } : undefined
}

/** The line of another file that loads a name, with its way from this one. */
function loadingLine(name: string, from: SourceFile, to: SourceFile): string | undefined {
  const named = new RegExp(
    String.raw`^(import\b[^'"\n]*\b${name}\b[^'"\n]*from\s*|(?:const|let|var)\b[^=\n]*\b${name}\b[^=\n]*=\s*require\()(['"])(\.[^'"]+)['"](\)(?:\.\w+)?)?;?$`,
    'm',
  )
  const [line, before = '', quote = '', path = '', after = ''] = named.exec(from.text) ?? []
  const way = relative(dirname(to.path), join(dirname(from.path), path))
  return line && `${before}${quote}${way.startsWith('.') ? way : `./${way}`}${quote}${after}`
}
