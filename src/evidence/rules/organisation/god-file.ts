import type { Codebase } from '../../codebase.ts'
import { isFunction, type ClassNode } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import { lineAt, type SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

export const godFile: Rule = {
  id: 'god-file',
  category: 'god-file',
  severity: 'info',
  confidence: 'medium',
  title: 'One file does the work of many',
  why: 'Everyone changes it, everything depends on it, and nobody holds it in mind.',
  effects: { maintenance: 'Conflicts, and changes with effects far away.' },
  fix: {
    say: 'Split it by what changes together.',
    code: { any: 'routes/users.js, routes/orders.js, routes/payments.js' },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1080.html'],
  *find(codebase) {
    yield* crowded(codebase)
    for (const file of codebase.production) {
      const lines = file.lineStarts.length
      const routes =
        lines > 600
          ? codebase.web.routes.filter((route) => route.file === file && route.handler?.file === file).length
          : 0
      const fanIn = codebase.modules.importersOf.get(file.path)?.length ?? 0
      if (lines > 1500 && file.functions.length > 60)
        yield {
          file,
          message: `${lines} lines, ${file.functions.length} functions${fanIn > 20 ? `, imported by ${fanIn} files` : ''}.`,
        }
      else if (longestHandler(file, codebase) > 150)
        yield { file, message: `One handler has ${longestHandler(file, codebase)} lines: it does the work of many.` }
      else if (mostInjected(file) >= 10) yield { file, message: `One class needs ${mostInjected(file)} others.` }
      else if (routes > 20 && lines > 600)
        yield { file, message: `${routes} routes with their handlers in ${lines} lines.` }
    }
  },
}

/** The files with the longest handlers, and those with the classes that need most others. */
function* crowded(codebase: Codebase): Iterable<Match> {
  const files = codebase.production.filter(({ lineStarts }) => lineStarts.length <= 1500)
  for (const { file, count } of largest(files, (item) => longestHandler(item, codebase), 180))
    yield { file, message: `One handler has ${count} lines: it does the work of many.` }
  for (const { file, count } of largest(files, mostInjected, 11))
    yield { file, message: `One class needs ${count} others.` }
}

function largest(
  files: readonly SourceFile[],
  count: (file: SourceFile) => number,
  least: number,
): { file: SourceFile; count: number }[] {
  return files
    .map((file) => ({ file, count: count(file) }))
    .filter((item) => item.count >= least)
    .toSorted((one, other) => other.count - one.count)
    .slice(0, 3)
}

function longestHandler(file: SourceFile, { web }: Codebase): number {
  return Math.max(0, ...longFunctions(file).map(({ node, lines }) => (web.handlers.has(node) ? lines : 0)))
}

const longFunctions = atOnce((file: SourceFile) =>
  file.functions
    .filter(({ start, end, body }) => end - start >= 4000 && body?.type === 'BlockStatement')
    .map((node) => ({
      node,
      lines: lineAt(file.lineStarts, node.end) - lineAt(file.lineStarts, node.start) + 1,
    })),
)

const mostInjected = atOnce((file: SourceFile): number =>
  Math.max(0, ...file.classes.map((holder) => (doesWork(holder) ? injected(holder, file) : 0))),
)

/** What has a constructor alone holds values: a message, an error. */
function doesWork({ body }: ClassNode): boolean {
  return body.body.some(
    (member) =>
      (member.type === 'MethodDefinition' && member.kind === 'method') ||
      (member.type === 'PropertyDefinition' && isFunction(member.value)),
  )
}

function injected({ body }: ClassNode, { text }: SourceFile): number {
  const made = body.body.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor')
  if (made?.type !== 'MethodDefinition') return 0
  return made.value.params.filter(
    (item) => item.type === 'TSParameterProperty' && !ofValue.test(text.slice(item.start, item.end)),
  ).length
}

/** `public readonly name: string | null`, `private items: Item[] = []` */
const ofValue =
  /^(?!@)[\w\s]+\??\s*:\s*(readonly\s+)?(string|number|boolean|bigint|Date|Buffer|unknown|any|object|null|undefined|true|false|Record<|Map<|Set<|Array<|['"{]|[\w.<>]+\[\])/
