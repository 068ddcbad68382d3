import type { SourceFile } from '../../parse/source-file.ts'
import { answersRequests, applicationPlace, importsPackage, mainFirst } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingGracefulShutdown: Rule = {
  id: 'missing-graceful-shutdown',
  category: 'missing-graceful-shutdown',
  severity: 'medium',
  confidence: 'high',
  title: 'A stop breaks the requests under way',
  why: 'Every deploy sends SIGTERM. Without a handler Node.js ends at once, or as process 1 of a container takes no notice until it is killed: open requests fail, writes stop half-way.',
  effects: { safety: 'Work is lost at each deploy.', maintenance: 'Errors at each deploy hide real ones.' },
  fix: {
    say: 'Stop taking requests, finish those under way, close the pools, and give up after a time.',
    code: {
      any: "process.once('SIGTERM', () => {\n  setTimeout(() => process.exit(1), 10_000).unref()\n  setInterval(() => server.closeIdleConnections(), 500).unref()\n  server.close(async () => {\n    await pool.end()\n  })\n})",
      Fastify: 'closeWithGrace({ delay: 10_000 }, async () => { await app.close() })',
      NestJS: 'app.enableShutdownHooks()',
    },
  },
  sources: [
    'https://nodejs.org/api/process.html#signal-events',
    'https://expressjs.com/en/advanced/healthcheck-graceful-shutdown.html',
  ],
  *find(codebase) {
    const handled = [...codebase.sources.values()].some(
      (file) =>
        /^(production|script)$/.test(file.kind) &&
        /(process\.(on|once)\(\s*['"]SIG(TERM|INT)|['"]SIGTERM['"]|enableShutdownHooks|closeWithGrace|close-with-grace|terminus|gracefulShutdown|http-terminator|stoppable|lightship)/.test(
          file.text,
        ),
    )
    if (handled) yield* openConnections(codebase)
    if (
      handled ||
      importsPackage(
        codebase,
        /close-with-grace|terminus|graceful|stoppable|http-terminator|lightship|fastify-graceful|death|async-exit-hook/,
      )
    )
      return
    const listening = [...codebase.sources.values()]
      .filter((file) => /^(production|script)$/.test(file.kind))
      .flatMap((file) =>
        file.calls
          .filter(
            (call) =>
              call.type === 'CallExpression' && file.text.slice(call.callee.start, call.callee.end).endsWith('.listen'),
          )
          .map((node) => ({ file, node })),
      )
      .filter(({ file }) => /express|http|fastify|koa|nest|hono|app|server/i.test(file.text) && !triesPorts(file))
    if (listening.length === 0 && codebase.paths.some((path) => hostOfFunctions.test(path))) return
    const place = mainFirst(listening, codebase)[0] ?? applicationPlace(codebase)
    if (place && answersRequests(codebase))
      yield { ...place, message: 'Nothing listens for SIGTERM: a deploy cuts off the requests under way.' }
  },
}

/** A script that opens a bare socket to see whether a port is free. */
function triesPorts({ path, text }: SourceFile): boolean {
  return (
    /(^|\/)(scripts?|tools?|bin)\//.test(path) && /\bnet\b/.test(text) && !/express|fastify|koa|nestjs|hono/.test(text)
  )
}

/** Settings of hosts that run functions: there is no process to stop. */
const hostOfFunctions = /(^|\/)(wrangler\.(toml|jsonc?)|serverless\.ya?ml|netlify\.toml|vercel\.json)$/

const closing =
  /disconnect\(|\$disconnect|connection\.close\(|pool\.end\(|(sequelize|client|db|database|mongo\w*)\.(close|end)\(|knex\.destroy|\.destroy\(\)|closeAll|teardown|onClose|onShutdown|OnModuleDestroy|app\.close\(\)/

/** The server is closed on SIGTERM, but the database connections are left as they are. */
function* openConnections(codebase: Parameters<Rule['find']>[0]): ReturnType<Rule['find']> {
  const client = codebase.project.dataClients[0]
  if (!client || codebase.production.some((file) => closing.test(file.text))) return
  const found = codebase.asyncWork.processEvents.find(({ event }) => event === 'SIGTERM')
  if (!found) return
  const message = `SIGTERM closes the server, but nothing closes the connections of ${client.name}.`
  yield { file: found.file, node: found.node, severity: 'low', confidence: 'medium', message }
}
