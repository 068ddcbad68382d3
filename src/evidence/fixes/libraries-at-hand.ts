import type { Codebase } from '../codebase.ts'

type Project = Pick<Codebase['project'], 'dependencies'>

/** An example with the libraries that the project has for hashing passwords and for its log. */
export function withLibrariesAtHand(example: string, project: Project): string {
  return withLogger(withHasher(example, project), project)
}

const argon = /\bargon2\.hash\(([^()]+)\)/g
const checks = /\bargon2\.verify\(([^(),]+), ([^()]+)\)/g

function withHasher(example: string, { dependencies }: Project): string {
  const has = (name: string) => dependencies.some((item) => item.name === name && !item.dev)
  if (has('argon2') || !(has('bcrypt') || has('bcryptjs'))) return example
  return example.replace(argon, 'bcrypt.hash($1, 12)').replace(checks, 'bcrypt.compare($2, $1)')
}

/** The loggers that take an object first and the message after it. */
const inObjects = /^(pino|pino-http|nestjs-pino|koa-pino-logger|hono-pino|fastify|bunyan|@hapi\/pino|hapi-pino)$/
const entry = /(?<![.\w])logger\.(fatal|error|warn|info)\(\{ (?:err: )?([^{}]*?) \}(?:, ('[^']*'))?\)/g

function withLogger(example: string, { dependencies }: Project): string {
  const names = dependencies.filter(({ dev }) => !dev).map(({ name }) => name)
  if (names.some((name) => inObjects.test(name)) || /\bpino/.test(example)) return example
  const logger = names.includes('winston') || names.includes('@nestjs/common') ? 'logger' : 'console'
  return example.replace(entry, (_all, level: string, what: string, said?: string) => {
    const method = level === 'fatal' ? 'error' : level
    const value = /^\w+$/.test(what) ? what : `{ ${what} }`
    return `${logger}.${method}(${[said, value].filter((part) => part !== undefined).join(', ')})`
  })
}
