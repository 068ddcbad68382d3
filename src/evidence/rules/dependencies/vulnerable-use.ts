import { literalText } from '../../parse/ast.ts'
import { compareVersions, lowestVersion } from '../../facts/versions.ts'
import type { Codebase } from '../../codebase.ts'
import type { Match, Rule, Words } from '../rule.ts'

type Use = {
  package: string
  below: string
  category: string
  find: (codebase: Codebase) => ReturnType<Codebase['index']['named']>
  say: string
}

const uses: readonly Use[] = [
  {
    package: 'marked',
    below: '0.3.6',
    category: 'sanitizer',
    find: (codebase) => codebase.index.named(/^marked\.setOptions$/),
    say: 'The sanitizer of this marked version can be passed (GHSA-vfvf-mqq8-rwqc); `sanitize: true` does not protect.',
  },
  {
    package: 'marked',
    below: '0.3.6',
    category: 'sanitizer',
    find: (codebase) =>
      codebase.index
        .methods('use')
        .filter(({ call }) => call.arguments.length === 1 && /marked/.test(literalText(call.arguments[0]) ?? '')),
    say: '',
  },
]

export const vulnerableUse: Rule = {
  id: 'vulnerable-use',
  category: 'vulnerable-dependency',
  severity: 'high',
  confidence: 'high',
  title: 'Code relies on a protection that its dependency version does not give',
  why: 'The call looks safe, but in the installed version the protection can be passed.',
  effects: { safety: 'The protection is only apparent.' },
  fix: {
    say: 'Update the package, or clean the result with a maintained sanitizer.',
    code: { any: "import DOMPurify from 'isomorphic-dompurify'\nconst html = DOMPurify.sanitize(marked.parse(text))" },
  },
  sources: ['https://github.com/advisories/GHSA-vfvf-mqq8-rwqc', 'https://github.com/advisories/GHSA-r5xw-q988-826m'],
  *find(codebase): Iterable<Match> {
    for (const use of uses) {
      const dependency = codebase.project.dependencies.find((item) => item.name === use.package)
      const version = dependency && (dependency.installed ?? lowestVersion(dependency.range))
      if (!version || compareVersions(version, use.below) >= 0) continue
      for (const { call, file } of use.find(codebase)) yield { file, node: call, message: use.say }
      if (use.category !== 'sanitizer' || use.say === '') continue
      for (const { file, line } of localsMarked(codebase)) yield { file, line, message: use.say }
    }
    yield* bufferFields(codebase)
  },
}

/** `app.locals.marked = require('marked')`: views call it directly. */
function* localsMarked(codebase: Codebase): Iterable<{ file: Codebase['production'][number]; line: number }> {
  for (const file of codebase.production) {
    for (const assignment of file.assignments) {
      if (
        assignment.left.type !== 'MemberExpression' ||
        !file.text.slice(assignment.left.start, assignment.left.end).endsWith('locals.marked')
      )
        continue
      yield { file, line: file.text.slice(0, assignment.start).split('\n').length }
    }
  }
}

/** Mongoose below 4.3.6 turns a number given for a Buffer field into uninitialised memory. */
function* bufferFields(codebase: Codebase): Iterable<Match> {
  const dependency = codebase.project.dependencies.find((item) => item.name === 'mongoose')
  const version = dependency && (dependency.installed ?? lowestVersion(dependency.range))
  if (!version || compareVersions(version, '4.3.6') >= 0) return
  const buffers = codebase.entities.flatMap((entity) =>
    entity.fields.filter((field) => /^Buffer\b/.test(field.type)).map((field) => field.name),
  )
  for (const file of codebase.production) {
    for (const property of file.properties) {
      const name = property.key.type === 'Identifier' ? property.key.name : ''
      if (!buffers.includes(name) || property.parent?.type !== 'ObjectExpression') continue
      const trace = codebase.flow.trace(property.value, file)
      if (trace)
        yield {
          file,
          node: property,
          words: oldMongoose,
          message: `With mongoose ${version} a number sent for the Buffer field \`${name}\` stores uninitialised memory (GHSA-r5xw-q988-826m).`,
          steps: trace.steps,
        }
    }
  }
}

const oldMongoose: Words = {
  title: 'A number becomes memory of the process',
  why: 'This version makes a buffer as long as the number says, and leaves in it what stood there before.',
  effects: { safety: 'The caller reads parts of the memory, secrets in it.' },
  fix: { say: 'Update Mongoose, and take only texts.', code: { any: 'npm install mongoose@latest' } },
}
