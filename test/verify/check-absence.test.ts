import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkAbsence, searchableSubjects } from '../../src/verify/check-absence.ts'

const bare = new Map([
  ['package.json', '{ "dependencies": { "express": "^5.0.0", "helmet": "^8.0.0" } }'],
  [
    'src/app.js',
    "import express from 'express'\n\n// TODO: rate limiting with express-rate-limit\nexport const app = express()\n",
  ],
  ['README.md', 'We use helmet and rate limiting.'],
])

function withFile(path: string, text: string): Map<string, string> {
  return new Map([...bare, [path, text]])
}

test('an absence is confirmed with what was searched', () => {
  const check = checkAbsence('rate limiting on the login route', bare)
  expect(check).toMatchObject({ kind: 'confirmed', subjects: ['rate limiting'], files: 1 })
  expect(check.kind === 'confirmed' && check.terms).toContain('ratelimit')
})

test.each([
  ['rate limiting', 'src/limits.ts', "import limit from '@fastify/rate-limit'\n", 1],
  ['rate limiting', 'deploy/nginx.conf', 'http {\n  limit_req_zone $binary_remote_addr zone=a:10m rate=5r/s;\n}', 2],
  ['helmet or other security headers', 'src/app.ts', "import helmet from 'helmet'\napp.use(helmet())", 1],
  ['input validation', 'src/order.dto.ts', "import { IsInt } from 'class-validator'", 1],
  ['centralised error handling', 'src/app.ts', 'app.use((err: Error, req: Request, res: Response, next) => {})', 1],
  ['graceful shutdown', 'src/main.ts', "\nprocess.once('SIGTERM', stop)", 2],
  ['timeouts on outgoing calls', 'src/http.ts', 'const client = axios.create({ timeout: 5_000 })', 1],
  ['automated tests', 'src/orders.spec.ts', '', 1],
  ['CI pipeline', '.github/workflows/check.yml', 'on: push', 1],
  ['lockfile', 'pnpm-lock.yaml', '', 1],
  ['health check', 'Dockerfile', 'FROM node:24\nHEALTHCHECK CMD curl -f localhost', 2],
  ['index on email', 'prisma/schema.prisma', 'model User {\n  email String\n  @@index([email])\n}', 3],
  ['circuit breaker', 'src/client.ts', "const Breaker = require('opossum')", 1],
])('"there is no %s" is contradicted by %s', (about, path, text, line) => {
  expect(checkAbsence(about, withFile(path, text))).toMatchObject({ kind: 'contradicted', path, line })
})

test.each([
  ['in a line comment', 'src/a.ts', '// helmet()'],
  ['in a block comment', 'src/a.ts', '/*\n app.use(helmet())\n*/'],
  ['in a test', 'src/a.test.ts', 'helmet()'],
  ['in what is installed', 'node_modules/helmet/index.js', 'helmet()'],
  ['in what browsers load', 'public/js/site.js', 'helmet()'],
  ['in prose', 'docs/security.md', 'helmet()'],
])('what stands only %s is not there', (_, path, text) => {
  expect(checkAbsence('security headers', withFile(path, text)).kind).toBe('confirmed')
})

test('code after a comment sign in a text still counts', () => {
  const text = "const address = 'https://example.com'; app.use(helmet())"
  expect(checkAbsence('security headers', withFile('src/a.ts', text)).kind).toBe('contradicted')
})

test('of two things said to be absent, one that is there contradicts', () => {
  const texts = withFile('src/a.ts', 'app.use(rateLimit({ max: 5 }))')
  expect(checkAbsence('authentication or rate limiting', texts)).toMatchObject({ subject: 'rate limiting' })
})

test('what stands after the preposition says where and is not searched for', () => {
  const texts = withFile('src/a.ts', "app.post('/login', authenticate)")
  expect(checkAbsence('rate limiting on authentication routes', texts).kind).toBe('confirmed')
})

test.each(['taste', 'tenant isolation', '', 'business rule for refunds'])('nobody can search for %j', (about) => {
  expect(checkAbsence(about, bare)).toEqual({ kind: 'unsearchable' })
})

test('nothing is confirmed where there was nothing to search', () => {
  expect(checkAbsence('rate limiting', new Map([['README.md', 'hello']]))).toEqual({ kind: 'unsearchable' })
})

test('every subject is found by its own name, and hostile texts do not break the search', () => {
  for (const subject of searchableSubjects) expect(checkAbsence(subject, bare).kind).not.toBe('unsearchable')
  const deep = withFile('src/deep.ts', `${'['.repeat(100_000)}helmet`)
  expect(checkAbsence('security headers', deep).kind).toBe('contradicted')
  const turkish = withFile('src/odd.ts', `${'İ'.repeat(20)}\nhelmet()`)
  expect(checkAbsence('security headers', turkish)).toMatchObject({ kind: 'contradicted' })
})

test('a claim is never confirmed when code uses the package for it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', ';', '(', '"'), maxLength: 40 }), (filler) => {
      const text = `const x = 1\n${filler.replaceAll('"', '')}\nconst limit = require('express-rate-limit')\n`
      expect(checkAbsence('rate limiting', withFile('src/x.js', text)).kind).toBe('contradicted')
    }),
  )
})
