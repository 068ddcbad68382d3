import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { readServices } from './read-services.ts'

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

describe.each(readServices())('$name', ({ planted: bad, safe }) => {
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
