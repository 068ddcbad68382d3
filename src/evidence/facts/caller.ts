import type { FunctionNode } from '../parse/ast.ts'
import { keyOf, pathOf } from '../parse/ast.ts'
import { codeText } from '../parse/code-text.ts'
import { once, onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { hasAuth } from './access-control.ts'
import { guardsAllRoutes } from './global-guards.ts'
import type { Handler } from './handlers.ts'
import { bodyText } from './responses.ts'
import type { Route } from './web.ts'

const usual =
  /\b(req|request|ctx|context)(\??\.|\[['"])(\w*user|auth|session|token|user_?id|uid|account|jwt|current_?user)\b|res\.locals\.(user|auth)|\bcurrentUser(Id)?\b|\b(req|request|ctx|c)\.(get|require|load)\w*(User|Member|Caller)\w*\(|ctx\.state\.user|@CurrentUser|@User\(|@UserSession|\bcls\.get\(|\bget\(\s*(req|request|ctx)\s*,\s*['"](user|auth|session|currentUser)\b|getStore\(\)|RequestContext\b|\{[^{}()]*\b(user|auth|session|currentUser)\b[^{}()]*\}\s*=\s*(req|request|ctx)\b(?!\.)|\}\s*,\s*(user|auth|session|currentUser)\s*,?\s*\}\s*=\s*(req|request|ctx)\b(?!\.)|@(Get|Auth|Current|Req|Active)\w*(User|Org|Organi[sz]ation|Account|Team|Tenant|Workspace)\w*\(/i

/** `if (!req.user) return res.sendStatus(401)`, `if (!context.user) throw …`: anyone who is signed in gets past it. */
const signInCheck =
  /\bif\s*\(\s*(?:!\s*(?:\w+\??\.)*(?:\w*user|auth|session|is_?(?:authenticated|auth|logged_?in)\w*|(?:user|account)_?id|uid)(?:\(\))?|(?:typeof\s+)?(?:\w+\??\.)+(?:user|auth|session|user_?id)\s*===?\s*(?:undefined|null|['"]undefined['"]))\s*\)\s*(?:\{\s*)?(?:throw|return)\b[^;}]*/gi

/** Code without the checks that only ask whether somebody is signed in; as it is where it has none. */
export function withoutSignInChecks(code: string): string {
  return code.replace(signInCheck, '')
}

const input = /^(body|query|params|files?|headers?|cookies|url|path|method|locals|log|logger|rawBody|start\w*)$/i

/** `req.id = payload.id`: fields of the request that the project sets from a token or a row. */
const setOnRequest = once((file: SourceFile): readonly string[] =>
  /verify|decode|session|auth/i.test(file.text)
    ? file.assignments.flatMap(({ left, right }) => {
        if (left.type !== 'MemberExpression' || !/^(req|request)$/.test(pathOf(left.object))) return []
        const name = keyOf(left)
        const given = file.text.slice(right.start, Math.min(right.end, right.start + 120))
        return name !== undefined &&
          !input.test(name) &&
          /user|decod|payload|token|claim|verif|data|account|sub\b|jwt/i.test(given)
          ? [name]
          : []
      })
    : [],
)

type Inputs = { production: readonly SourceFile[] }

const patterns = onceFor((inputs: Inputs): RegExp | undefined => {
  const names = [...new Set(inputs.production.flatMap(setOnRequest))]
  if (names.length === 0) return undefined
  const list = names.map((name) => name.replaceAll('$', String.raw`\$`)).join('|')
  return new RegExp(String.raw`\b(req|request)\.(${list})\b|\{[^{}]*\b(${list})\b[^{}]*\}\s*=\s*(req|request)\b(?!\.)`)
})

/** Whether a text of code looks at who is calling: in the usual places, or where this project's middleware puts it. */
export function namesCaller(text: string, inputs: Inputs): boolean {
  return usual.test(text) || (patterns(inputs)?.test(text) ?? false)
}

/** Whether a handler, its parameters included, looks at who is calling. */
export function asksWhoCalls(handler: Handler, inputs: Inputs): boolean {
  return namesCaller(codeText(handler.node, handler.file), inputs)
}

const rights =
  /\b(role|roles|is_?admin\w*|admin|permissions?|privilege|ability|forbidden|(check|has|require|assert|verify)\w*(permission|role)s?)\b/i

/** Whether a function, or one it calls, looks at a role or a right. */
export function asksForRole(node: FunctionNode, file: SourceFile): boolean {
  return rights.test(bodyText(node, file))
}

const guardsAll = onceFor((inputs: Inputs) => inputs.production.some(guardsAllRoutes))

/** Whether a route is open to nobody but those signed in: by its own guards, or by one that NestJS puts before all. */
export function isSignedIn(route: Route, inputs: Inputs): boolean {
  if (route.framework === 'nest' && guardsAll(inputs))
    return !route.own.some((step) => /public|allow_?anon|skip_?auth|no_?auth|^@auth$/i.test(step.name))
  return hasAuth(route)
}

/** A step before the handler compares the id in the address with the caller. */
export function guardedByOwner(route: Route): boolean {
  return route.chain
    .slice(0, -1)
    .some((step) => step.functionFile !== undefined && comparesOwner(step.functionFile.text))
}

/** Whether code compares an id of the address with that of the caller. */
export function comparesOwner(text: string): boolean {
  return /params\.\w*[iI]d\b/.test(text) && /user\.(_?id|\w*Id)\b/.test(text) && /[!=]==?/.test(text)
}
