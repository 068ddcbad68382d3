import type { Codebase } from '../../codebase.ts'
import { guardsOf, rateLimitNames } from '../../facts/access-control.ts'
import { isSignedIn } from '../../facts/caller.ts'
import type { ProcessUse } from '../../facts/processes.ts'
import { someReached } from '../../facts/reached.ts'
import type { Route } from '../../facts/web.ts'
import { functionAround, type FunctionNode } from '../../parse/ast.ts'
import { inOne } from '../matches.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'
import { protects } from '../protection.ts'
import { limitedElsewhere } from '../rate-limits.ts'

export const programPerRequest: Rule = {
  id: 'program-per-request',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'medium',
  title: 'Anyone can start programs on the server',
  why: 'A program takes tens of megabytes and a core while it runs. Where each request starts one and nobody counts them, a few hundred requests take the whole machine.',
  effects: {
    memory: 'As much as the program takes, times the requests under way.',
    latency: 'All other requests wait for the processor.',
  },
  fix: {
    say: 'Keep one program or a few running and hand them work, or let a queue start them; refuse when too many wait.',
    code: {
      any: "import PQueue from 'p-queue'\n\nconst run = promisify(execFile)\nconst queue = new PQueue({ concurrency: 2 })\nif (queue.size > 20) return res.status(503).end()\nconst { stdout } = await queue.add(() => run('python3', [script, id], { timeout: 10_000 }))",
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/770.html'],
  limits: 'Only routes that ask for no account and have no limit; limits in front of the service are not seen.',
  *find(codebase) {
    const uses = codebase.asyncWork.processes.filter((use) => startsProgram(use) && requestOf(codebase, use.node))
    if (uses.length === 0 || limitedElsewhere(codebase)) return
    const open = codebase.web.routes.filter((route) => isOpen(route, codebase))
    const byRoute = Map.groupBy(uses, (use) => open.find((route) => leadsTo(route, use, codebase)))
    for (const [route, found] of byRoute) {
      if (!route) continue
      const message = `${route.method} ${route.fullPath} starts a program for anyone who asks, as often as they ask.`
      const ranked = found.toSorted((one, other) => Number(asksVersion(one)) - Number(asksVersion(other)))
      yield* inOne(ranked.map(({ file, node }) => ({ file, node, message })))
    }
  },
}

const bounding =
  /\b(p-?limit|p-?queue|p-?map|bottleneck|semaphore|concurrency|bullmq?|limiter|generic-pool|mutex|lock)\b/i

function startsProgram({ kind, file }: ProcessUse): boolean {
  return kind === 'child process' && file.kind === 'production' && !bounding.test(file.text)
}

function isOpen(route: Route, codebase: Codebase): boolean {
  return (
    !isSignedIn(route, codebase) &&
    !protects(route, codebase) &&
    !guardsOf(route).some((step) => rateLimitNames.test(step.name)) &&
    !/admin|internal|health|webhook/i.test(route.fullPath)
  )
}

function leadsTo({ handler }: Route, use: ProcessUse, codebase: Codebase): boolean {
  const around = outerFunctions(use)
  return handler !== undefined && someReached(handler, 6, codebase.calls, (node) => around.has(node))
}

/** The functions that a call stands in, callbacks and those around them. */
function outerFunctions({ node }: ProcessUse): Set<FunctionNode> {
  const found = new Set<FunctionNode>()
  for (let at = functionAround(node); at; at = functionAround(at)) found.add(at)
  return found
}

/** `exec('git --version')`, asked before the real one. */
function asksVersion({ node, file }: ProcessUse): boolean {
  return /--version|\bwhich\b/.test(file.text.slice(node.start, Math.min(node.end, node.start + 120)))
}
