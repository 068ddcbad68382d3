import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { keyOf, literalText, propertyOf } from '../../parse/ast.ts'
import { once, says } from '../../parse/once.ts'
import type { SourceFile, TextFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

const limits = /^(requestTimeout|headersTimeout)$/

export const serverTimeouts: Rule = {
  id: 'server-timeouts',
  category: 'missing-timeout',
  severity: 'medium',
  confidence: 'high',
  title: 'The time limits of the server do not fit',
  why: 'Node.js gives a caller 60 seconds for the headers and 300 for the whole request. Switched off, a caller that sends one byte a minute keeps a connection for ever. A server that closes idle connections before the proxy in front does breaks requests that the proxy has just sent.',
  effects: {
    safety: 'A few slow callers take all connections.',
    latency: 'Now and then a request fails with 502 although both sides work.',
  },
  fix: {
    say: 'Leave the limits on, and keep idle connections longer than the proxy in front does.',
    code: {
      any: 'server.requestTimeout = 60_000\nserver.headersTimeout = 30_000\nserver.keepAliveTimeout = 65_000 // longer than the proxy in front',
      Fastify: 'const app = fastify({ requestTimeout: 60_000, keepAliveTimeout: 65_000 })',
    },
  },
  sources: [
    'https://nodejs.org/api/http.html#serverrequesttimeout',
    'https://nodejs.org/api/http.html#serverkeepalivetimeout',
    'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive',
    'https://fastify.dev/docs/latest/Reference/Server/#requesttimeout',
  ],
  limits:
    'A proxy is seen only when its configuration is in the repository; the defaults of Node.js since version 18 are taken as set.',
  *find(codebase) {
    const proxies = [...codebase.files.values()].filter(isOfProxy)
    if (proxies.length === 0) {
      yield* switchedOff(codebase)
      yield* fastifyDefaults(codebase)
    }
    yield* shorterThanProxy(codebase, proxies)
  },
}

const proxyFiles =
  /^(nginx[\w.-]*|[\w.-]*\.nginx|haproxy\.cfg|Caddyfile|traefik[\w.-]*|envoy\.ya?ml|ingress[\w.-]*\.ya?ml|[\w-]+\.conf(\.template)?)$/i

const isOfProxy = once(
  ({ path, text }: TextFile) =>
    proxyFiles.test(path.slice(path.lastIndexOf('/') + 1)) &&
    /proxy_pass|upstream|backend|reverse_proxy|Ingress|entryPoints/.test(text),
)

const setsLimits = says(/requestTimeout|headersTimeout/)

function* switchedOff(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (!setsLimits(file)) continue
    for (const assignment of file.assignments) {
      const name = assignment.left.type === 'MemberExpression' ? keyOf(assignment.left) : undefined
      if (name && limits.test(name) && literalText(assignment.right) === '0')
        yield {
          file,
          node: assignment,
          message: `\`${name} = 0\` switches the limit off: a slow caller keeps a connection for ever.`,
        }
    }
  }
  for (const { call, file } of codebase.index.named(/^https?\.createServer$|^fastify(\.(fastify|default))?$/)) {
    for (const name of ['requestTimeout', 'headersTimeout']) {
      const value = optionOf(call.arguments[0], name, file, codebase)
      if (literalText(value) === '0')
        yield {
          file,
          node: call,
          message: `\`${name}: 0\` switches the limit off: a slow caller keeps a connection for ever.`,
        }
    }
  }
}

function optionOf(
  node: Parameters<typeof objectOf>[0] | undefined,
  name: string,
  file: SourceFile,
  codebase: Codebase,
) {
  return propertyOf(node && objectOf(node, file, codebase.meanings)?.node, name)
}

const setsRequestTime = says(/\b(requestTimeout|connectionTimeout)\b/)
const setsIdleTime = says(/keepAliveTimeout/)

/** Fastify sets `requestTimeout` to 0 unless it is told otherwise. */
function* fastifyDefaults(codebase: Codebase): Iterable<Match> {
  const set = codebase.production.some(setsRequestTime)
  const [made] = codebase.index.named(/^fastify(\.(fastify|default))?$/)
  if (!made || set || codebase.web.routes.length === 0) return
  yield {
    file: made.file,
    node: made.call,
    severity: 'info',
    confidence: 'medium',
    message: 'Fastify sets no `requestTimeout`: without a proxy in front, a caller may take for ever to send a body.',
  }
}

/** nginx that keeps connections to the server open closes them after 60 seconds; Node.js before it, after 5, unless told. */
function* shorterThanProxy(codebase: Codebase, proxies: readonly TextFile[]): Iterable<Match> {
  const proxySeconds = Math.max(0, ...proxies.map(({ text }) => upstreamSeconds(text)))
  const balancer = balancerSeconds(codebase)
  const longest = Math.max(proxySeconds, balancer)
  if (longest === 0) return
  for (const file of codebase.production) {
    if (!setsIdleTime(file)) continue
    for (const assignment of file.assignments) {
      if (assignment.left.type !== 'MemberExpression' || keyOf(assignment.left) !== 'keepAliveTimeout') continue
      const milliseconds = numberIn(file.text.slice(assignment.right.start, assignment.right.end))
      if (milliseconds === undefined || milliseconds === 0 || milliseconds > longest * 1000) continue
      yield {
        file,
        node: assignment,
        severity: 'low',
        message: `Idle connections are closed after ${milliseconds / 1000} s, but the proxy in front keeps them for ${longest} s.`,
      }
    }
  }
}

/** Seconds that nginx keeps an idle connection to an upstream with `keepalive`; 0 without one. */
function upstreamSeconds(text: string): number {
  const upstream = /upstream\s+\S+\s*\{([^}]*)\}/.exec(text)?.[1] ?? ''
  if (!/^\s*keepalive\s+\d+/m.test(upstream)) return 0
  return Number(/keepalive_timeout\s+(\d+)/.exec(upstream)?.[1] ?? 60)
}

/** Idle seconds of a load balancer that Terraform or CloudFormation in the repository sets up; 0 without one. */
function balancerSeconds(codebase: Codebase): number {
  return codebase.files.values().reduce((longest, file) => Math.max(longest, idleSeconds(file)), 0)
}

const idleSeconds = once(({ path, text }: TextFile) => {
  if (!/\.(tf|ya?ml|json)$/.test(path) || !/"aws_a?lb"|ElasticLoadBalancingV2::LoadBalancer/.test(text)) return 0
  return Number(/idle_timeout(?:\.timeout_seconds)?\W+(?:Value\W+)?(\d+)/.exec(text)?.[1] ?? 60)
})

/** `65_000`, `65 * 1000`. */
function numberIn(text: string): number | undefined {
  if (!/^[\d_\s*]+$/.test(text)) return undefined
  return text.split('*').reduce((product, part) => product * Number(part.replaceAll('_', '').trim()), 1)
}
