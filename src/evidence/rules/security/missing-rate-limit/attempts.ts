import { guardsOf, hasAuth, isAuthStep } from '../../../facts/access-control.ts'
import { isSignedIn } from '../../../facts/caller.ts'
import { someReached } from '../../../facts/reached.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Codebase } from '../../../codebase.ts'
import type { Route } from '../../../facts/web.ts'
import { textOf } from '../../places.ts'

const guessable =
  /log-?_?in|sign-?_?(in|up)(?![a-z])|regist|forgot|reset|otp(?!r[io]|[pl]a|ou)|verify|2fa|mfa|totp|password|authenticate|\/auth(\/|$)|\/token$|\/sessions?$/i

/** Settings, lists and codes that are made are no place to guess at. */
const notAnAttempt =
  /\/(google|facebook|github|apple|twitter|linkedin|microsoft)\/?$|(notifications?|devices?|push|web-?authn|passkey|social|sso|saml|oidc|wallet|nft|change-?password|validate-?password|check-?password|new-password)|\/(upload-?)?(images?|photos?|avatars?|pictures?|files?)\/?$|(enabled|secret|name|registration|preflight|exp|experience|config|settings?|policy|policies|methods?|options|providers?|generate|templates?|skipped|bind-?\w*)\/?$/i

/** What a payment is confirmed with is signed, or looked up where it was paid. */
const ofPayments =
  /\/(verify|validate|check)[-_]?(payments?|orders?|transactions?|checkout|purchases?|signature)\/?$|\/(payments?|orders?|transactions?|checkout|purchases?|razorpay|paystack|stripe|paypal)\/(verify|validate)\/?$/i

/** The last two parts of a path that are names: what the route does. */
export function endOf(path: string): string {
  const named = path.split('/').filter((part) => part !== '' && !/^[:*{]/.test(part))
  return `/${named.slice(-2).join('/')}`
}

/** Whether a route can be tried with one password or code after the other. */
export function takesSecret(route: Route, codebase: Codebase): boolean {
  if (notAnAttempt.test(route.path) || /log-?out|sign-?out|last[-_]?(log|sign)-?in/i.test(route.path)) return false
  const path = route.path === '/' ? route.fullPath : route.path
  // Who makes accounts for others is signed in.
  if (
    isSignUp(route, codebase) &&
    guardsOf(route).some((step) => isAuthStep(step) && !/guest|visitor|not_?/i.test(step.name))
  )
    return false
  // Who vouches for the caller counts the tries.
  if (
    route.own.some((step) =>
      /passport\.authenticate\(\s*['"](saml|oauth|oidc|openid|google|facebook|github|twitter|azure|apple)/.test(
        textOf(step.node, step.file, 60),
      ),
    )
  )
    return false
  if (isNamedAttempt(route) || makesAccount(route, codebase)) return true
  // Nobody guesses the token of a mail.
  if (/:\w*(token|hash|key|uuid|(reset|confirm\w*|verif\w*|invit\w*)_?id)\b/i.test(route.fullPath)) return false
  if (!guessable.test(endOf(path)) || ofPayments.test(endOf(path)) || asksForSigned(route)) return false
  if (hasAuth(route) && !/verif|otp|2fa|totp|login|sign-?in/i.test(route.path)) return false
  // What answers to every method is asked by a proxy, and not by a form.
  if (/\bGET\|/.test(route.method)) return false
  if (/POST|PUT|PATCH|ALL/.test(route.method)) return true
  if (route.method !== 'GET' || !route.handler) return false
  return /\b(query|params)\b[\s\S]{0,80}\b(password|senha|contrase[nñ]a|otp|code|pin)\b/i.test(
    bodyText(route.handler.node, route.handler.file),
  )
}

/** Nobody guesses what has to bear a signature. */
function asksForSigned({ handler }: Route): boolean {
  const text = handler ? bodyText(handler.node, handler.file) : ''
  return /\bjwt\w*\.verify\(|\bjwtVerify\(/.test(text) && !/compare|passw|otp|code|pin\b/i.test(text)
}

/** `router.post('/', registerUser)`: the handler's name says what the path does not. */
function isNamedAttempt(route: Route): boolean {
  if (route.method !== 'POST' || !route.handler) return false
  const named =
    /(^|\.)(log_?in(_?user)?|sign_?(in|up)(_?user)?|register(_?(user|account|customer))?|auth(enticate)?_?user)(handler|controller|action)?$/i
  if (named.test(route.own.at(-1)?.name ?? '')) return true
  return /\bpassport\.authenticate\(\s*['"]local['"]/.test(bodyText(route.handler.node, route.handler.file))
}

/** Whether a route makes an account for whoever calls it. */
export function isSignUp(route: Route, codebase: Codebase): boolean {
  return (
    /regist|sign-?_?up|create-?_?(user|account)/i.test(`${route.path} ${route.own.at(-1)?.name ?? ''}`) ||
    makesAccount(route, codebase)
  )
}

/** `POST /users` with a password, open to anyone. */
function makesAccount(route: Route, codebase: Codebase): boolean {
  if (
    route.method !== 'POST' ||
    !/\/(users?|accounts?)\/?$/i.test(route.fullPath) ||
    isSignedIn(route, codebase) ||
    !route.handler
  )
    return false
  return someReached(route.handler, 2, codebase.calls, (node, file) => /\bpassword\b/.test(bodyText(node, file)))
}
