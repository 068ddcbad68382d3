import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'
import { type Case, readCases } from './read-cases.ts'

const text = readFileSync(join(import.meta.dirname, 'fixes.md'), 'utf8')

test.each(readCases(text))('$rule: $title', ({ rule, files }: Case) => {
  const mended = files.get('mended')
  const given = new Map([...files].filter(([path]) => path !== 'mended'))
  const [finding] = analyse(given, { rules: rules.filter(({ id }) => id === rule) }).findings
  expect(finding?.fix.code).toBeDefined()
  expect(finding?.fix.isExample ? undefined : finding?.fix.code).toEqual(mended?.trimEnd())
})
