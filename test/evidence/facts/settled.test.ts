import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Settled } from '../../../src/evidence/facts/settled.ts'
import type { SourceFile } from '../../../src/evidence/parse/source-file.ts'
import { parseFile } from '../../../src/evidence/parse/parse-file.ts'

const unknown = { text: '?' }
const size = 9
const files = Array.from({ length: size }, (_, number) => fileNamed(`${number}.ts`))

function fileNamed(path: string): SourceFile {
  const outcome = parseFile(path, '')
  if (!('file' in outcome)) throw new Error(`${path} does not parse`)
  return outcome.file
}

/** Question `n` has the answers to others in it, and asks as many as it needs until one is unknown. */
function asker(questions: readonly (readonly number[])[], settled = new Settled(unknown, { text: '…' })) {
  let asked = 0
  const answer = (number: number): { text: string } => {
    asked += 1
    const parts: string[] = []
    for (const other of questions[number] ?? []) {
      const file = files[other]
      if (file) settled.restOn(file)
      parts.push(ask(other).text)
      if (parts.at(-1) === '?') break
    }
    return { text: `${number}(${parts.join()})` }
  }
  const ask = (number: number): { text: string } => {
    const file = files[number]
    return file ? (settled.open(file, 'it') ?? settled.close(answer(number))) : unknown
  }
  return { settled, ask, count: () => asked }
}

const question = fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 })
const graph = fc.array(question, { minLength: size, maxLength: size })
const order = fc.shuffledSubarray([...files.keys()], { minLength: size, maxLength: size })

test('no answer depends on what was asked before', () => {
  fc.assert(
    fc.property(graph, order, (questions, numbers) => {
      const { ask } = asker(questions)
      for (const number of numbers) expect(ask(number)).toEqual(asker(questions).ask(number))
    }),
  )
})

test('after a question changed, answers are those of asking anew, and what does not rest on it is not asked', () => {
  fc.assert(
    fc.property(graph, order, fc.nat(size - 1), question, (questions, numbers, changed, instead) => {
      const before = asker(questions)
      for (const number of numbers) before.ask(number)
      const changedQuestions = questions.with(changed, instead)
      const settled = new Settled(unknown, { text: '…' })
      const changedFile = files[changed]
      settled.takeOver(before.settled, files, new Set(changedFile ? [changedFile] : []))
      const after = asker(changedQuestions, settled)
      for (const number of numbers) expect(after.ask(number)).toEqual(asker(changedQuestions).ask(number))
      const isAsked = questions.some((others) => others.includes(changed))
      expect(after.count()).toBeLessThanOrEqual(isAsked ? size : 1)
    }),
  )
})
