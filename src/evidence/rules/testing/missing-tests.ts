import type { Codebase } from '../../codebase.ts'
import { joinPath, folderOf } from '../../facts/module-paths.ts'
import { keyLine } from '../dependencies/manifest-places.ts'
import { answersRequests, textFile } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const missingTests: Rule = {
  id: 'missing-tests',
  category: 'missing-tests',
  severity: 'medium',
  confidence: 'high',
  title: 'Nothing checks that the code works',
  why: 'Every change is tested by users.',
  effects: { maintenance: 'Updates and refactoring are put off because nobody dares.' },
  fix: {
    say: 'Begin with one test that starts the application and calls a route, and run it in CI.',
    code: {
      NestJS:
        "import { Test } from '@nestjs/testing'\nimport request from 'supertest'\n\ntest('health answers', async () => {\n  const module = await Test.createTestingModule({ imports: [AppModule] }).compile()\n  const app = module.createNestApplication()\n  await app.init()\n  await request(app.getHttpServer()).get('/healthz').expect(200)\n  await app.close()\n})",
      Fastify:
        "import { test } from 'node:test'\nimport assert from 'node:assert/strict'\ntest('health answers', async (t) => {\n  const app = await buildApp()\n  t.after(() => app.close())\n  const answer = await app.inject({ url: '/healthz' })\n  assert.equal(answer.statusCode, 200)\n})",
      any: "import { test } from 'node:test'\nimport assert from 'node:assert/strict'\ntest('health answers', async (t) => {\n  const server = createApp().listen(0)\n  t.after(() => server.close())\n  const answer = await fetch(`http://localhost:${server.address().port}/healthz`)\n  assert.equal(answer.status, 200)\n})",
    },
  },
  sources: [
    'https://nodejs.org/api/test.html',
    'https://github.com/goldbergyoni/nodebestpractices#4-testing-and-overall-quality-practices',
  ],
  *find(codebase) {
    const root = codebase.project.manifests[0]
    if (!root || !answersRequests(codebase)) return
    const place = { file: textFile(codebase, root.path), line: keyLine(codebase, root.path, 'test', 'scripts') }
    const tests = [...codebase.sources.values()].filter(
      (file) => file.kind === 'test' && /\b(test|it|describe|t\.test|tap\.)\(|feature\(/.test(file.text),
    )
    if (tests.length === 0 && !isRunByNode(codebase))
      yield {
        ...place,
        message: root.scripts['test']
          ? 'There are no tests behind `npm test`.'
          : 'There are no tests and no `test` script.',
      }
    else if (tests.length > 0) yield* unrunnable(codebase, tests)
  },
}

/** `node src/login.test.js`: a program that checks, and needs no library for it. */
function isRunByNode({ project, sources }: Codebase): boolean {
  return project.manifests.some(({ path, scripts }) =>
    Object.entries(scripts).some(([name, line]) => {
      const run = /^test\b/.test(name)
        ? /\b(?:node|tsx|ts-node|bun)\s+(?:-\S+\s+)*([\w./-]+\.[cm]?[jt]s)\b/.exec(line)?.[1]
        : undefined
      return run !== undefined && sources.get(joinPath(folderOf(path), run))?.kind === 'test'
    }),
  )
}

function* unrunnable(codebase: Codebase, tests: readonly { path: string; text: string }[]): Iterable<Match> {
  const script = codebase.project.manifests
    .map((manifest) =>
      Object.entries(manifest.scripts)
        .flatMap(([name, line]) => (/^test\b/.test(name) ? [line] : []))
        .join(' '),
    )
    .join(' ')
  const broken = tests.filter((file) =>
    codebase.modules.importsOf
      .get(file.path)
      ?.some(
        (edge) =>
          edge.specifier.startsWith('.') &&
          edge.to === undefined &&
          !codebase.texts.has(joinPath(folderOf(file.path), edge.specifier)),
      ),
  )
  const runs =
    /jest|mocha|vitest|ava\b|tap\b|--test|jasmine|japa|nx |turbo|lerna|playwright|npm-run-all|run-s|yarn |npm run|pnpm |react-scripts|grunt|gulp|c8|nyc|glob/.test(
      script,
    )
  if (!runs && tests[0])
    yield {
      file: tests[0],
      message: `\`npm test\` (${script.trim().slice(0, 40) || 'not set'}) does not run these tests.`,
    }
  else if (broken.length === tests.length && broken[0])
    yield { file: broken[0], message: 'Every test imports a file that is not there.' }
}
