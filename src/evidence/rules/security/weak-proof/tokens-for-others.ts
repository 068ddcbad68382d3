import type { Codebase } from '../../../codebase.ts'
import { hasSpread, propertyOf } from '../../../parse/ast.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** Tokens of Google’s and Facebook’s, taken whichever application they were made for. */
export function* tokensForOthers(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('verifyIdToken')) {
    const [options] = call.arguments
    if (options?.type !== 'ObjectExpression' || hasSpread(options)) continue
    if (!propertyOf(options, 'idToken') || propertyOf(options, 'audience')) continue
    yield {
      file,
      node: call,
      message: 'A token of Google’s is accepted whichever application it was made for: no `audience` is named.',
    }
  }
  // Who exchanges a code for a token knows whom it was made for.
  if (codebase.production.some(exchangesCodes)) return
  for (const file of codebase.production) {
    for (const { node, owner } of askedAddresses(file))
      yield {
        file,
        node,
        confidence: 'medium',
        message: `A token of ${owner}’s is accepted whichever application it was made for: nothing compares its audience.`,
      }
  }
}

const exchangesCodes = says(
  /authorization_?code|grant_type|\bgetToken\(|passport-(google|facebook)|@fastify\/oauth2|fastify-oauth2/i,
)

const addresses: readonly [owner: string, pattern: RegExp][] = [
  ['Google', /googleapis\.com\/(oauth2\/v\d|userinfo\/v\d)?\/?(tokeninfo|userinfo|me\b)/],
  ['Facebook', /graph\.facebook\.com\/(v[\d.]+\/)?me\b/],
]

const askedAddresses = once((file: SourceFile) => {
  if (
    !/googleapis\.com|graph\.facebook\.com/.test(file.text) ||
    /\b(aud|audience|azp|issued_to|debug_token)\b/.test(file.text)
  )
    return []
  return [...file.literals, ...file.templates].flatMap((node) => {
    const found = addresses.find(([, pattern]) => pattern.test(file.text.slice(node.start, node.end)))
    return found ? [{ node, owner: found[0] }] : []
  })
})
