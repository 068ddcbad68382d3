import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'

export const insecureTransport: Rule = {
  id: 'insecure-transport',
  category: 'insecure-transport',
  severity: 'low',
  confidence: 'medium',
  title: 'Cookies and passwords travel over plain HTTP',
  why: 'The process serves HTTP with sessions, and nothing in the repository shows what adds TLS in front of it.',
  effects: { safety: 'Everyone on the way reads sessions and passwords.' },
  fix: {
    say: 'End TLS in front of the process and say so, or serve HTTPS.',
    code: { Express: "app.set('trust proxy', 1)   // behind a proxy that ends TLS\napp.use(helmet.hsts())" },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html'],
  *find(codebase) {
    if (!signsIn(codebase) || proxied(codebase) || importsPackage(codebase, /^(node:)?https$|^(greenlock|spdy|http2)/))
      return
    const server =
      codebase.index.named(/^http\.createServer$/)[0] ??
      [...codebase.sources.values()].flatMap((file) =>
        file.calls
          .filter((call) => /^http\.createServer$/.test(codebase.meanings.nameOf(call.callee, file)))
          .map((call) => ({ call, file })),
      )[0] ??
      codebase.index
        .methods('listen')
        .find(
          ({ call, file }) =>
            /^(express|koa)\(\)\.listen$/.test(codebase.meanings.nameOf(call.callee, file)) &&
            codebase.sessions.length > 0,
        )
    const secure = codebase.sessions.some((session) =>
      /secure\s*:\s*(true|process|config|isProd|'auto')/.test(session.optionsFile.text.replace(/\/\/.*/g, '')),
    )
    if (server && !secure)
      yield {
        file: server.file,
        node: server.call,
        message: 'The server speaks plain HTTP, and no proxy with TLS is configured in the repository.',
      }
  },
}

/** Passwords or sessions pass through this process. */
function signsIn(codebase: Parameters<Rule['find']>[0]): boolean {
  return codebase.sessions.length > 0
}

const trustsProxy = once((file: SourceFile) => /['"]trust proxy['"]|trustProxy/.test(file.text.replace(/\/\/.*/g, '')))

function proxied(codebase: Parameters<Rule['find']>[0]): boolean {
  if (codebase.production.some(trustsProxy)) return true
  return [...codebase.texts.keys()].some((path) =>
    /nginx|caddy|traefik|ingress|haproxy|fly\.toml|render\.yaml|vercel\.json|app\.ya?ml$|serverless\.ya?ml/i.test(path),
  )
}
