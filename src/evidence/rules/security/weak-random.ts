import { ancestor, keyOf } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { purposeOf, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

const secret =
  /token|passw|pwd|secret|otp|session|sid\b|\bgenid|nonce|salt|api_?key|csrf|reset|verif|invite|\buid\b|unique|auth|credential|code\b|pin\b/i

export const weakRandom: Rule = {
  id: 'weak-random',
  category: 'weak-random',
  severity: 'medium',
  confidence: 'medium',
  title: 'A secret is made from predictable values',
  why: '`Math.random` and the clock can be guessed from a few outputs.',
  effects: { safety: 'Tokens, passwords or session ids can be computed by others.' },
  fix: {
    say: 'Use the random source of `node:crypto`.',
    code: {
      any: "import { randomBytes, randomUUID } from 'node:crypto'\nconst token = randomBytes(32).toString('base64url')\nconst id = randomUUID()",
    },
  },
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Math/random',
    'https://nodejs.org/api/crypto.html#cryptorandombytessize-callback',
  ],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^Math\.random$/)) {
      // `Math.random() < 0.1` takes a share; nothing is made of it.
      if (call.parent?.type === 'BinaryExpression' && /^[<>]=?$/.test(call.parent.operator)) continue
      const statement =
        ancestor(call, (node) => /Statement$|Declaration$|^Property$|^AssignmentExpression$/.test(node.type)) ?? call
      const text = `${textOf(statement, file, 200)} ${purposeOf(codebase, call).split(' ')[0]}`
      if (
        (secret.test(text) ||
          /\b(uid|token|password|otp|secret)\s*[:=]\s*(async\s+)?function|function\s+(uid|genToken|generate\w*(Token|Password|Otp|Secret|Id))/i.test(
            file.text.slice(Math.max(0, call.start - 400), call.start + 400),
          )) &&
        !/jitter|backoff|retry|delay|color|sample|shuffle/i.test(text)
      ) {
        yield { file, node: call, message: '`Math.random` makes a value that others must not guess.' }
      }
    }
    for (const file of codebase.production) {
      for (const property of idMakers(file)) {
        const text = file.text.slice(property.value.start, property.value.end)
        if (
          /Date\.now|getTime|new Date|Math\.random|\buid\b\s*\|\||hrtime/.test(text) &&
          !/random(Bytes|UUID)|uuid|nanoid/.test(text)
        ) {
          const offset = text.search(/Date\.now|new Date|getTime|Math\.random|hrtime/)
          const line = file.text.slice(0, property.value.start + offset).split('\n').length
          yield {
            file,
            line,
            confidence: 'high',
            severity: 'high',
            message: 'Session ids are made from the clock or from values of the request.',
          }
        }
      }
    }
  },
}

const idMakers = once((file: SourceFile) =>
  file.properties.filter((property) => /^(genid|generateSessionId|idGenerator)$/i.test(keyOf(property) ?? '')),
)
