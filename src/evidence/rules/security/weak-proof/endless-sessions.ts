import type { Codebase } from '../../../codebase.ts'
import { someReached } from '../../../facts/reached.ts'

import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'
import type { FunctionNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** Refresh tokens that nothing compares with what was given out, and ways to sign out that end nothing. */
export function* endlessSessions(codebase: Codebase): Iterable<Match> {
  for (const route of codebase.web.routes) {
    if (!route.handler) continue
    const { fullPath } = route
    const renewing = isRenewal.test(fullPath) && !reaches(route, codebase, compares) && renewer(route, codebase)
    if (renewing)
      yield {
        ...renewing,
        severity: 'medium',
        confidence: 'medium',
        message:
          'A refresh token is taken by its signature alone: nothing compares it with what was given out, so a stolen one is renewed for ever and signing out ends nothing.',
      }
    else if (
      /POST|DELETE/.test(route.method) &&
      /(log|sign)[-_]?(out|off)\/?$/i.test(fullPath) &&
      !reaches(route, codebase, endsSession)
    )
      yield {
        ...route.handler,
        severity: 'low',
        confidence: 'medium',
        message: 'Signing out ends nothing: the token works on until it ends by itself.',
      }
  }
}

const isRenewal = /\/(refresh|renew)[-_]?(access)?[-_]?(token)?s?\/?$|\/token\/refresh\/?$/i
const verifies = /\bverify\w*\(|jwtVerify|\.verifyAsync\(/i
const signs = /\bsign\w*\(|generate\w*Tokens?\(|create\w*(Token|Jwt)s?\(|issue\w*\(|setToken\(/i
/** A token that is looked up, compared, counted or taken from a list of those that still hold. */
const compares =
  /refresh_?token\w*['"]?\]?\s*[!=]==?|[!=]==?\s*[\w.?!]*refresh_?token|where[^;]{0,80}(token|session|jti)|find\w*\(\s*\{[^}]*(token|session|jti)|find\w*(Token|Session)|get\w*(Refresh|Stored|Session)\w*\(|compare|revok|black_?list|block_?list|white_?list|redis|cache|\bsession|\bjti\b|token_?version|family|\.has\(|\.includes\(|(delete|remove|validate|check|consume|rotate)\w*(Token|Session)\w*\(|argon2|bcrypt|\bquery\(/i

type Found = { node: FunctionNode; file: SourceFile }

/** The function that takes the old token and gives new ones. */
function renewer(route: Route, codebase: Codebase): Found | undefined {
  let found: Found | undefined
  reached(route, codebase, (node, file) => {
    const text = bodyText(node, file)
    if (verifies.test(text) && signs.test(text)) found = { node, file }
    return found !== undefined
  })
  return found
}

/** Something is cleared, deleted, written or called by a name that says so. */
const endsSession =
  /cookie|destroy|log_?out|log_?off|sign_?out|session|revok|invalidat|black_?list|block_?list|redis|cache|delete|remove|update|save|insert|create|\b(del|set|clear|unset|add|push|query|execute|publish|emit|findOneAnd\w+)\w*\(|\bredirect\b|null|undefined/i

function reaches(route: Route, codebase: Codebase, pattern: RegExp): boolean {
  return reached(route, codebase, (node, file) => pattern.test(bodyText(node, file)))
}

function reached(route: Route, codebase: Codebase, passes: (node: FunctionNode, file: SourceFile) => boolean): boolean {
  return route.own.some(
    ({ function: node, functionFile: file }) =>
      node !== undefined && file !== undefined && someReached({ node, file }, 3, codebase.calls, passes),
  )
}
