import { stripTypeScriptTypes } from 'node:module'
import { marked, type Tokens } from 'marked'
import { describe, expect, test } from 'vitest'
import { loadPlaybooks } from '../../src/knowledge/load-playbooks.ts'
import type { Playbook } from '../../src/knowledge/playbook.ts'

const NAMED_VERSION = /`((?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+)`/g
const IMPORTED = /^import [^'"]*['"]([^'"]+)['"]/gm

function findCode(playbook: Playbook): Tokens.Code[] {
  return marked.lexer(playbook.body).filter((token): token is Tokens.Code => token.type === 'code')
}

function findImportedPackages(code: string): string[] {
  const names = [...code.matchAll(IMPORTED)].map(([, name = '']) => name)
  return names.filter((name) => !/^(\.|node:)/.test(name))
}

describe.each(loadPlaybooks())('playbook $id', (playbook) => {
  const named = playbook.packages.map(({ name, version }) => `${name}@${version}`)

  test('shows one code example, and it parses', () => {
    const examples = findCode(playbook)
    expect(examples.map(({ lang }) => lang)).toEqual([expect.stringMatching(/^(ts|js)$/)])
    for (const { text } of examples) expect(() => stripTypeScriptTypes(text)).not.toThrow()
  })

  test('gives a version for every package its example imports', () => {
    const known = new Set(playbook.packages.map(({ name }) => name))
    const imported = findCode(playbook).flatMap(({ text }) => findImportedPackages(text))
    expect(imported.filter((name) => !known.has(name))).toEqual([])
  })

  test('names the same packages in its text and in its front matter', () => {
    const written = [...playbook.body.matchAll(NAMED_VERSION)].map(([, text]) => text)
    expect(new Set(written)).toEqual(new Set(named))
  })
})
