import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { objectOf } from '../../facts/sessions.ts'
import { hasSpread, propertyOf } from '../../parse/ast.ts'
import { importsPackage } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const memoryInManyProcesses: Rule = {
  id: 'memory-in-many-processes',
  category: 'in-memory-state',
  severity: 'medium',
  confidence: 'high',
  title: 'Several processes, and each keeps its own state',
  why: 'The repository starts more than one process, but this state is in the memory of each: limits count a part of the requests, and messages reach a part of the clients.',
  effects: {
    safety: 'A rate limit of 5 is 5 for each process.',
    maintenance: 'What a caller sees depends on the process that answers.',
  },
  fix: {
    say: 'Keep it in Redis.',
    code: {
      Express:
        'rateLimit({ windowMs: 60_000, limit: 5, store: new RedisStore({ sendCommand: (...args) => redis.sendCommand(args) }) })',
      any: 'io.adapter(createAdapter(publisher, subscriber))',
    },
  },
  sources: [
    'https://express-rate-limit.mintlify.app/overview',
    'https://socket.io/docs/v4/using-multiple-nodes/',
    'https://nodejs.org/api/cluster.html',
  ],
  limits:
    'Several processes are seen as cluster, PM2, or replicas of a deployment in the repository. Sessions are `in-memory-session`.',
  *find(codebase) {
    const many = severalProcesses(codebase)
    if (many === undefined) return
    yield* rateLimits(codebase, many)
    yield* sockets(codebase, many)
  },
}

/** How it is known that more than one process runs. */
function severalProcesses(codebase: Codebase): string | undefined {
  if (codebase.asyncWork.processes.some(({ kind }) => kind === 'cluster'))
    return 'the cluster module starts several processes'
  for (const [path, text] of codebase.texts) {
    if (/(^|\/)(ecosystem\.config\.(c?js|json)|pm2\.json|processes\.json)$/.test(path)) {
      if (/instances['"]?\s*:\s*(['"]?max|-1|0\b|[2-9]|1\d)/.test(text)) return `${path} starts several processes`
    } else if (
      /\.ya?ml$/.test(path) &&
      /kind:\s*Deployment/.test(text) &&
      /^\s*replicas:\s*([2-9]|\d\d)\s*$/m.test(text)
    )
      return `${path} runs several replicas`
  }
  const script = Object.values(codebase.project.scripts).find((item) =>
    /pm2(-runtime)?\s.*-i\s+(max|0|[2-9])/.test(item),
  )
  return script === undefined ? undefined : 'PM2 starts several processes'
}

function* rateLimits(codebase: Codebase, many: string): Iterable<Match> {
  const limiters = /^express-rate-limit(\.(rateLimit|default))?$|^express-slow-down(\.slowDown)?$/
  for (const found of codebase.index.named(limiters)) {
    if (hasOption(found, 'store', codebase)) continue
    yield {
      file: found.file,
      node: found.call,
      message: `This limit counts in the memory of one process, but ${many}.`,
    }
  }
  if (codebase.index.named(/^rate-limiter-flexible\.RateLimiter(?!Memory)\w+$/).length > 0) return
  for (const { call, file } of codebase.index.named(/^rate-limiter-flexible\.RateLimiterMemory$/)) {
    yield { file, node: call, message: `This limit counts in the memory of one process, but ${many}.` }
  }
}

function* sockets(codebase: Codebase, many: string): Iterable<Match> {
  if (importsPackage(codebase, /socket\.io-.*adapter|@socket\.io\/.*adapter|socket\.io-redis|socket\.io-emitter/))
    return
  for (const found of codebase.index.named(/^socket\.io(\.Server)?$/)) {
    if (hasOption(found, 'adapter', codebase)) continue
    yield {
      file: found.file,
      node: found.call,
      message: `Socket.IO has no adapter, but ${many}: messages reach the clients of one process.`,
    }
  }
}

/** Whether an option is set, or cannot be ruled out. */
function hasOption({ call, file }: FoundCall, name: string, codebase: Codebase): boolean {
  return call.arguments.some((argument) => {
    const options = objectOf(argument, file, codebase.meanings)?.node
    if (!options) return name === 'store'
    return hasSpread(options) || propertyOf(options, name) !== undefined
  })
}
