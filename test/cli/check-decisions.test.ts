import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildReviewTools } from '../../src/cli/review-tools.ts'
import { review } from '../../src/cli/review.ts'
import { readCodeConfig } from '../../src/config.ts'

const record =
  '---\nstatus: accepted\nchecks:\n  - dependency moment absent\n  - file logo.png present\n---\n\n# No moment\n'
const files = { 'docs/decisions/0012-no-moment.md': record, 'logo.png': 'x', 'package.json': '{ "name": "orders" }' }

function makeFolder(texts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function check(folder: string) {
  const nowhere = { GITHUB_API_URL: 'http://127.0.0.1:9', NPM_REGISTRY_URL: 'http://127.0.0.1:9' }
  const config = readCodeConfig({ ...nowhere, ARCHITECT_DATA_DIR: makeFolder({}) })
  return review([folder, '--decisions'], () => buildReviewTools(config))
}

test('code that obeys the decisions in its folder passes', async () => {
  expect(await check(makeFolder(files))).toEqual({
    output: 'ADR-12 holds (docs/decisions/0012-no-moment.md)\n',
    exitCode: 0,
  })
})

test('code that breaks one fails and says where', async () => {
  const manifest = '{\n  "dependencies": {\n    "moment": "^2"\n  }\n}\n'
  const { output, exitCode } = await check(makeFolder({ ...files, 'package.json': manifest }))
  expect(output).toContain('ADR-12 is broken at package.json:3')
  expect(exitCode).toBe(1)
})
