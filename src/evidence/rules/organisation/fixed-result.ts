import { functionAround, isFunction, keyOf, literalText, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { methodCallsOf, goingBy, plainCallsOf } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence, inWords } from '../matches.ts'
import { lineOf, textOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const fixedResult: Rule = {
  id: 'fixed-result',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'An expression can have only one outcome',
  why: 'It looks like a decision, but operators bind in another order or compare what is never equal.',
  effects: { safety: 'The other case is never taken.', maintenance: 'Readers trust a check that does nothing.' },
  fix: {
    say: 'Write what was meant: put parentheses around what belongs together.',
    code: { any: "throw new Error('login failed: ' + (answer?.message ?? 'unknown'))" },
  },
  sources: [
    'https://eslint.org/docs/latest/rules/no-constant-binary-expression',
    'https://eslint.org/docs/latest/rules/no-async-promise-executor',
    'https://eslint.org/docs/latest/rules/no-unreachable-loop',
  ],
  *find(codebase) {
    for (const file of codebase.production) yield* fixedIn(file)
  },
}

const fixedIn = atOnce((file: SourceFile): Match[] => [
  ...operators(file),
  ...numbers(file),
  ...inWords(ofExecutors, bySentence(executors(file))),
  ...inWords(ofLoops, loops(file)),
  ...readWhereMissing(file),
])

const ofMissing: Words = {
  title: 'A check reads of what is missing',
  why: '`&&` goes on only where the first part holds: there, nothing is left to read of. The check throws, or never holds, and lets through what it was to stop.',
  fix: { say: 'Ask for either.', code: { any: 'if (!rows || rows.length === 0) return notFound()' } },
}

const ofExecutors: Words = {
  title: 'A promise is made around an async function',
  why: 'What the inner function throws is the failure of a promise nobody has: it neither rejects the one around it nor is answered.',
  effects: { safety: 'Whoever waits, waits for ever, and the process may end.' },
  fix: {
    say: 'Use the promise that the async function gives.',
    code: { any: 'const rows = await Order.aggregate(steps)' },
  },
}

const ofLoops: Words = {
  title: 'A loop runs once',
  why: 'What stands at the end of its body leaves it in the first turn: the other items are never looked at.',
  effects: { safety: 'All but the first item are passed over.' },
  fix: {
    say: 'Leave the loop only where the item was found, or take the first item without a loop.',
    code: {
      any: "for (const row of rows) {\n  if (row.year === year) return row.value\n}\nreturn 'N/A'",
    },
  },
}

const ofTexts: Words = {
  title: 'A text is read as a number',
  fix: {
    say: 'Use the text as it is, or read the field that holds the number.',
    code: { any: 'const name = String(req.params.username)' },
  },
}

const ofBases: Words = {
  title: 'A number is read in another base',
  fix: {
    say: 'Name base 10; what is to be taken where there is no number stands behind it.',
    code: { any: 'const page = Number.parseInt(text, 10) || 1' },
  },
}

const ofFresh: Words = {
  fix: {
    say: 'Ask for what makes it empty.',
    code: { any: 'if (rows.length === 0) return []\nif (Object.keys(filter).length === 0) return all' },
  },
}

const ofNegation: Words = {
  fix: {
    say: 'Put parentheses around what is negated.',
    code: { any: "if (!('email' in body)) refuse()\nif (!(error instanceof NotFound)) throw error" },
  },
}

const ofNaN: Words = {
  fix: { say: 'Use `Number.isNaN`.', code: { any: 'if (value === undefined || Number.isNaN(value)) return 0' } },
}

/** `!rows && rows.length === 0`: it goes on to the second part only where there is nothing to read of. */
function* readWhereMissing(file: SourceFile): Iterable<Match> {
  for (const node of file.choices) {
    if (node.type !== 'LogicalExpression' || node.operator !== '&&') continue
    const asked = unwrap(node.left)
    if (asked.type !== 'UnaryExpression' || asked.operator !== '!' || asked.argument.type !== 'Identifier') continue
    const { name } = asked.argument
    const read = unwrap(node.right)
    const first = read.type === 'BinaryExpression' ? unwrap(read.left) : read
    if (first.type !== 'MemberExpression' || first.optional || pathOf(first.object) !== name) continue
    if (keyOf(first) !== 'length') continue
    yield {
      file,
      node,
      words: ofMissing,
      message: `\`${name}\` is read of where it is missing: \`||\` was meant, and as it stands this never holds.`,
    }
  }
}

function* operators(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    const { operator, left, right, parent } = node
    if (
      operator === '+' &&
      parent?.type === 'LogicalExpression' &&
      parent.operator !== '&&' &&
      parent.left === node &&
      hasText(node)
    )
      yield {
        file,
        node: parent,
        message: `\`+\` comes before \`${parent.operator}\`: the text before it is never empty, so what follows is never used.`,
      }
    if (/^(in|instanceof)$/.test(operator) && left.type === 'UnaryExpression' && left.operator === '!')
      yield {
        file,
        node,
        words: ofNegation,
        message: `\`!\` comes before \`${operator}\`: the whole was meant to be negated.`,
      }
    if (/^[!=]==?$/.test(operator)) {
      const fresh = [left, right].find((side) => /^(Array|Object)Expression$/.test(side.type))
      if (fresh && operator.length === 3)
        yield {
          file,
          node,
          words: ofFresh,
          message: `\`${textOf(fresh, file, 20)}\` is a new object: nothing is ever equal to it.`,
        }
      if ([left, right].some((side) => side.type === 'Identifier' && side.name === 'NaN'))
        yield { file, node, words: ofNaN, message: 'Nothing equals `NaN`, not even itself: use `Number.isNaN`.' }
    }
  }
}

/** Whether a sum of texts has a part that is never empty. */
function hasText(node: Node): boolean {
  if (node.type === 'BinaryExpression' && node.operator === '+') return hasText(node.left) || hasText(node.right)
  const inner = unwrap(node)
  return inner.type === 'Literal' ? typeof inner.value === 'string' && inner.value !== '' : false
}

function* numbers(file: SourceFile): Iterable<Match> {
  for (const call of [...goingBy(plainCallsOf(file), 'parseInt'), ...goingBy(methodCallsOf(file), 'parseInt')]) {
    const {
      callee,
      arguments: [value, base],
    } = call
    if (!value || !/^(Number\.)?parseInt$/.test(pathOf(callee))) continue
    const radix = literalText(base)
    if (radix !== undefined && !/^(0|2|8|10|16|32|36)$/.test(radix))
      yield {
        file,
        node: call,
        words: ofBases,
        message: `The second argument is the base: this reads numbers of base ${radix}.`,
      }
    else if (/^(req|request|ctx)\..*\b(e?mail|username|slug)$/i.test(pathOf(value)))
      yield {
        file,
        node: call,
        words: ofTexts,
        message: `\`${textOf(value, file, 40)}\` is a text: the result is NaN.`,
      }
  }
}

/** `new Promise(async (resolve, reject) => …)`: what the function throws rejects nothing. */
function* executors(file: SourceFile): Iterable<Match> {
  for (const call of goingBy(plainCallsOf(file), 'Promise')) {
    if (call.type !== 'NewExpression') continue
    const [executor] = call.arguments
    if (!isFunction(executor) || !executor.async) continue
    // All it does is tried, and the failure handed to `reject`.
    if (executor.body?.type === 'BlockStatement' && executor.body.body.every((item) => item.type === 'TryStatement'))
      continue
    yield {
      file,
      node: call,
      line: lineOf(call, file),
      severity: 'low',
      message:
        'An async function is given to `new Promise`: what it throws rejects nothing, and whoever waits, waits for ever.',
    }
  }
}

/** A loop whose body always leaves at its end runs once. */
function* loops(file: SourceFile): Iterable<Match> {
  for (const loop of file.loops) {
    if (!('body' in loop) || loop.type === 'DoWhileStatement') continue
    const body: Node = loop.body as Node
    if (body.type !== 'BlockStatement' || body.body.length < 2) continue
    const last = body.body.at(-1)
    if (last?.type !== 'ReturnStatement' && last?.type !== 'BreakStatement') continue
    if (last.type === 'BreakStatement' && last.label) continue
    const text = file.text.slice(body.start, body.end)
    if (/\bcontinue\b/.test(text)) continue
    // What is tried may leave before the end.
    if (
      body.body.some(
        (statement) =>
          statement.type === 'TryStatement' && leaves.test(file.text.slice(statement.start, statement.end)),
      )
    )
      continue
    if (functionAround(last) !== functionAround(loop)) continue
    yield {
      file,
      node: last,
      // `for (const file of files) { …; return … }` may be a way to take the first.
      ...(loop.type === 'ForOfStatement' ? { severity: 'low' as const } : {}),
      message: 'The loop ends here in its first turn.',
    }
  }
}

const leaves = /\b(return|break|throw)\b/
