import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'

const folder = join(import.meta.dirname, 'services')
const services = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  return { name, planted: filesIn(text, 'planted'), safe: filesIn(text, 'safe') }
})

/** The fenced files of a section; `<! category` in a comment says what is wrong with its line. */
function filesIn(text: string, section: string): Map<string, string> {
  const start = text.indexOf(`## ${section}\n`)
  const part = text.slice(start, text.indexOf('\n## ', start + 4))
  return new Map(
    [...part.matchAll(/^```\w* (\S+)\n([\s\S]*?)^```$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
  )
}

function planted(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((row, index) => {
      const category = /<! ([\w-]+)/.exec(row)?.[1]
      return category === undefined ? [] : [`${path}:${index + 1} ${category}`]
    }),
  )
}

/** Rules read text too, so the marks are taken out. */
function withoutMarks(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([path, text]) => [path, text.replace(/ \/\/ <! .*/g, '')]))
}

describe.each(services)('$name', ({ planted: bad, safe }) => {
  test('every planted weakness is found on its line', () => {
    const { findings, coverage } = analyse(withoutMarks(bad))
    const found = new Set(findings.map((finding) => `${finding.path}:${finding.line} ${finding.category}`))
    expect(planted(bad).filter((place) => !found.has(place))).toEqual([])
    expect(coverage.failedRules).toEqual([])
  })

  test('the same service done well is silent', () => {
    const { findings } = analyse(safe)
    expect(findings.map((finding) => `${finding.path}:${finding.line} ${finding.rule}: ${finding.message}`)).toEqual([])
  })
})
