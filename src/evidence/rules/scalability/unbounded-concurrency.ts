import type { Codebase } from '../../codebase.ts'
import { iterationOf } from '../../facts/repetition.ts'
import { contains, functionAround, isFunction, unwrap, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

const heavy =
  /^(child_process\.\w+|execa(\.\w+)?|sharp(\(\))?(\.\w+)*|nodemailer\.createTransport\(\)\.sendMail|@aws-sdk\/client-\w+\.\w+\(\)\.send|openai\.\w+\(\)[\w.]*\.create|puppeteer.*\.(newPage|launch))$/
const bounding = /\b(pLimit|p-limit|pMap|p-map|Bottleneck|throttle|chunk|batch|limiter|semaphore|PQueue|concurrency)\b/i

export const unboundedConcurrency: Rule = {
  id: 'unbounded-concurrency',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'medium',
  title: 'As many calls at once as the list is long',
  why: '`Promise.all` over a list starts everything at once. With ten items that is fast; with ten thousand it takes all sockets and memory of this process and the rate limit of the other side.',
  effects: {
    memory: 'Every call keeps its buffers until the last is done.',
    latency: 'All other requests wait for sockets.',
    safety: 'The other side answers 429, or falls over.',
  },
  fix: {
    say: 'Bound how many run at once, and how long the list may be.',
    code: {
      any: "import pMap from 'p-map'\nconst answers = await pMap(ids.slice(0, 500), (id) => client.get(id), { concurrency: 10 })",
    },
  },
  sources: ['https://github.com/sindresorhus/p-map', 'https://cwe.mitre.org/data/definitions/770.html'],
  limits:
    'Only lists that come from the request or from a query without a limit; database calls of a list are `n-plus-one`.',
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^Promise\.(all|allSettled)$/)) {
      const iteration = call.arguments[0] && mapOf(call.arguments[0], file, codebase)
      if (!iteration || !requestOf(codebase, call) || bounding.test(textAround(call, file))) continue
      const what = heavyCallIn(iteration, file, codebase)
      const list = iteration.callee.type === 'MemberExpression' ? iteration.callee.object : undefined
      const origin = what && list ? originOf(list, file, codebase) : undefined
      if (!what || !origin) continue
      yield {
        file,
        node: call,
        ...(origin.steps ? { steps: origin.steps } : {}),
        message: `One \`${what}\` for each item of ${origin.text} starts at once.`,
      }
    }
  },
}

/** `list.map(fn)`, directly or through a name. */
function mapOf(node: Node, file: SourceFile, codebase: Codebase): Of<'CallExpression'> | undefined {
  const meaning = codebase.meanings.of(node, file)
  const inner = node.type === 'Identifier' && meaning.kind === 'value' ? meaning.node : unwrap(node)
  if (inner.type !== 'CallExpression') return undefined
  const run = inner.arguments.find((item) => isFunction(item))
  return isFunction(run) && iterationOf(run) === inner ? inner : undefined
}

function heavyCallIn(iteration: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const outgoing = codebase.asyncWork.outgoing.find((item) => item.file === file && contains(iteration, item.call))
  if (outgoing) return outgoing.client
  return file.calls.flatMap((call) => {
    const name = contains(iteration, call) ? codebase.meanings.nameOf(call.callee, file) : ''
    return heavy.test(name) ? [name] : []
  })[0]
}

type Origin = { text: string; steps?: NonNullable<ReturnType<Codebase['flow']['trace']>>['steps'] }

function originOf(list: Node, file: SourceFile, codebase: Codebase): Origin | undefined {
  const trace = codebase.flow.trace(list, file)
  if (trace && !trace.marks.has('parsed'))
    return { text: `\`${textOf(list, file, 40)}\` from the request`, steps: trace.steps }
  const binding = list.type === 'Identifier' ? lookUp(file.scopes, list, list.name) : undefined
  const made = binding?.path.length === 0 && binding.init ? binding.init : list
  const query = codebase.queries.find(
    (item) => item.file === file && item.kind === 'find-many' && contains(made, item.call),
  )
  const limited =
    query &&
    (query.chain.some((name) => /limit|take/.test(name)) ||
      /\b(limit|take)\b/.test(file.text.slice(query.call.start, query.call.end)))
  return query && !limited ? { text: `\`${textOf(list, file, 40)}\`, a query without a limit,` } : undefined
}

function textAround(node: Node, file: SourceFile): string {
  const around = functionAround(node)
  return around ? file.text.slice(around.start, around.end) : ''
}
