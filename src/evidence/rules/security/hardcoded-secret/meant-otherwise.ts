import { ancestor, keyOf, literalText, propertyOf, type Node } from '../../../parse/ast.ts'

/** Whether a text under the name of a secret is none: it is compared, describes, names a kind, or stands behind a value. */
export function isMeantOtherwise(literal: Node, value: string, name: string): boolean {
  return (
    isComparison(literal) ||
    isExample(literal) ||
    isTail(literal) ||
    isOneOfWords(literal, value) ||
    isWordOfGrammar(literal, name) ||
    isVerdict(literal, name) ||
    isOfHash(literal, name)
  )
}

/** `{ hash: { seed: '…' } }` makes hashes of tables the same everywhere. */
function isOfHash(literal: Node, name: string): boolean {
  return (
    /^seed$/i.test(name) &&
    ancestor(literal, (at) => at.type === 'Property' && /hash/i.test(keyOf(at) ?? '')) !== undefined
  )
}

/** `{ pass: 'queued' }`: it has passed, which no account says. */
function isVerdict({ parent }: Node, name: string): boolean {
  const holder = parent?.parent
  return (
    /^pass$/i.test(name) &&
    holder?.type === 'ObjectExpression' &&
    !holder.properties.some((item) => item.type === 'Property' && /user|auth|login|host|mail/i.test(keyOf(item) ?? ''))
  )
}

/** `examples: [{ password: '…' }]`, or a `default` beside `properties`, in a schema describes a request. */
function isExample(literal: Node): boolean {
  return (
    ancestor(
      literal,
      (at) =>
        at.type === 'Property' &&
        (/^examples?$/i.test(keyOf(at) ?? '') ||
          (keyOf(at) === 'default' && propertyOf(at.parent, 'properties') !== undefined)),
    ) !== undefined
  )
}

/** `token.slice(0, 8) + '.*** HIDDEN'`: what is put behind a value that is not written here. */
function isTail(literal: Node): boolean {
  const up = literal.parent
  return (
    up?.type === 'BinaryExpression' && up.operator === '+' && up.right === literal && literalText(up.left) === undefined
  )
}

/** `apiKey: ['create', 'delete']`: what may be done with it; and codes such as `['1015']`. */
function isOneOfWords(literal: Node, value: string): boolean {
  const list = literal.parent
  if (list?.type !== 'ArrayExpression') return false
  return (list.elements.length > 2 && /^[a-zA-Z]+$/.test(value)) || /^\d{1,4}$/.test(value)
}

function isComparison(literal: Node): boolean {
  const parent = literal.parent
  return parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)
}

/** `{ token: 'comment', regex: … }` and `{ type: …, token: 'auto' }` name kinds of tokens; a secret has no plain small word. */
function isWordOfGrammar(literal: Node, name: string): boolean {
  const word = literalText(literal) ?? ''
  if (/token$/i.test(name) && /^([A-Z]?[a-z]+-?\d{0,3}|\w+(::\w+)+|\w+\[\w+\].*|\w+\{\})$/.test(word)) return true
  if (!/^token$/i.test(name) || !/^[a-z]+([A-Z.][a-z]+)*$/.test(word)) return false
  const holder = literal.parent?.parent
  return holder?.type !== 'ObjectExpression' || holder.properties.length > 1
}
