import type { Codebase } from '../../codebase.ts'
import type { Handler } from '../../facts/handlers.ts'
import { isTried } from '../../facts/promises.ts'
import { ancestor, functionAround, pathOf, type Node } from '../../parse/ast.ts'
import { methodCallsOf, goingBy } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { firstOfFile } from '../matches.ts'
import { sourceText, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const unguardedJson: Rule = {
  id: 'unguarded-json',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'medium',
  title: 'Text from the request is parsed where a mistake is nobody’s',
  why: '`JSON.parse` throws on anything that is not JSON; a bad request then looks like a failure of the server, and in a callback ends the process.',
  effects: { safety: 'One malformed value is a 500, or a crash.' },
  fix: {
    say: 'Catch it and answer 400, or let a schema read the text.',
    code: {
      Express:
        "let filter\ntry {\n  filter = JSON.parse(req.query.filter)\n} catch {\n  return res.status(400).json({ error: 'filter is not JSON' })\n}",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/parse#exceptions'],
  *find(codebase) {
    for (const file of codebase.production) yield* firstOfFile(unguardedIn(file, codebase))
  },
}

function* unguardedIn(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const call of parses(file)) {
    const argument = call.arguments[0]
    const trace = argument && codebase.flow.trace(argument, file)
    if (!trace || !/^(body|query|params|cookies|headers|message)$/.test(trace.kind) || trace.marks.has('parsed'))
      continue
    // NestJS and Fastify answer what is thrown by themselves.
    if (/^(nest|fastify|graphql)$/.test(trace.handler?.framework ?? '')) continue
    const around = functionAround(call)
    if (around && /JSON\.stringify\(/.test(file.text.slice(around.start, call.start))) continue
    if (isAskedBefore(call, argument, file)) continue
    if (trace.handler && trace.handler.node !== around && triesAll(trace.handler)) continue
    const source = sourceText(trace, file, call)
    const named = source.includes(textOf(argument, file)) ? '' : `\`${textOf(argument, file, 40)}\` from `
    yield {
      file,
      node: call,
      message: `${named}${source} may not be JSON, and nothing here catches that.`,
      steps: trace.steps,
    }
  }
}

/** `isJson(text) ? JSON.parse(text) : text` */
function isAskedBefore(call: Node, argument: Node, file: SourceFile): boolean {
  const choice = ancestor(
    call,
    (at) => at.type === 'ConditionalExpression' || at.type === 'IfStatement' || at.type === 'LogicalExpression',
    functionAround(call),
  )
  const test = choice && ('test' in choice ? choice.test : 'left' in choice ? choice.left : undefined)
  const text = test ? file.text.slice(test.start, test.end) : ''
  return /json|valid/i.test(text) && text.includes(`(${textOf(argument, file)}`)
}

/** The handler does its work in one `try`, where what the functions it calls throw ends as well. */
function triesAll({ node, file }: Handler): boolean {
  return file.catches.some((clause) => functionAround(clause) === node && clause.parent?.parent === node.body)
}

/** Serialised by the code itself just before, as in a deep copy, cannot fail. */
const parses = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), 'parse').filter(
    (call) =>
      pathOf(call.callee) === 'JSON.parse' &&
      !/JSON\.stringify/.test(file.text.slice(call.start, call.end)) &&
      !isTried(call),
  ),
)
