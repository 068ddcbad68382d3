import { parameterName, type FunctionNode } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { mentionsOf } from '../parse/mentions.ts'
import { onceFor } from '../parse/once.ts'
import { isValidatedAt } from './hapi-routes.ts'
import { alwaysAgrees, letsAllPass } from './lets-all-pass.ts'
import { bodyText } from './responses.ts'
import type { Step } from './steps.ts'
import type { Route } from './web.ts'

const authNames =
  /(^|[._@])(passport\.authenticate|is_?(auth|logged|login|admin|user|owner)|auth|(require|ensure|must|assert|only)_?\w*(auth|login|logged|user|admin|role|member)|admins?_?(only|guard|check|required|auth|middlewares?)|protect|guard|jwt|express-jwt|verify_?(token|jwt|user|auth|session)|(needs?|has|with|must_?have|assert|enforce)_?(permissions?|roles?|auth|login|scopes?|access)|block_?(pat|token)|check_?(auth|token|login|logged|role|permission|jwt|access|user|api_?key|secret|right|abilit)|login_?(check|required)|authoriz|authentic|acl|permission|rbac|restrict|bearer|api_?key|session_?check|validate_?(token|session|jwt|api)|logged_?in|secured?$|clerk|auth0|can$|roles?)/i
/** `webAuth`, `adminGuard`: told by the last word of a name. */
const endsInAuth =
  /[a-z]Auth(Token|Header|User|Session|Jwt|Check)s?(\(\))?$|[a-z](Auth|Guard|Authentication|Authenticated|Authorization|Authorized|LoggedIn|Permission|Permissions|ApiKey)(\(\))?$/
const roleNames =
  /admin|role|permission|authoriz|acl|rbac|restrict|can\b|allow|scope|owner|policy|privilege|grant|right/i
const notAuth =
  /isNot|notAuth|unauth|(skip|no|without|bypass|disable|ignore)_?auth|guest|public|optional|author\b|authors|initialize|session\(\)$|log4js|express-session/i
const bodyChecks =
  /\b(req|request|ctx)\.(user|auth|sessionID\b|is(Una|A)uthenticated|session\.\w*(user|login|logged|auth|id)\w*|headers?\??\.(authorization|signature|\w*api_?key\w*|(?!\w*csrf)\w*token)\b|headers(\?\.)?\[['"](authorization|(?![\w-]*csrf)[\w-]*(api-?key|secret|signature|token))|get\(['"]authorization|token)|\bheader\(\s*['"](authorization|[\w-]*(api-?key|secret|signature))|\bres\.locals\.user|\bjwt\.verify\b|\.verifyIdToken\b|\bgetServerSession\b|\bcurrentUser\b|\b(req|request|ctx|c)\.(get|require|load)\w*(User|Member|Caller|Session|Auth)\w*\(|cookies\??(\.|\[\s*['"]?)[\w.]*(token|session|sess_?id|auth)|\b\w*(jwt|token|session)\w*(From|Of)\w*\(\s*(req|request|ctx|c|event)\b|\b(get|require|validate|check|ensure|verify|load)\w*(Session|Auth\w*|LoggedIn\w*|User)\(\s*(req|request|ctx|c|event|res)\b/i

/** `isEmailTaken`, `checkDuplicateEmail`, `NameAvailabilityGuard`: what a new account asks for. */
const asksForFreeName =
  /([eE]xists?|[tT]aken|[aA]vailab(le|ility)|[uU]nique|[dD]uplicated?)(Guard|Middleware)?$|[cC]heck_?[dD]uplicate\w*$/

/** `authValidator.login` checks what is sent to sign in with. */
const isOfValidator = /(validat(or|ion)s?|schemas?)\.\w+(\(\))?$/i

/** Options of a middleware that say who may pass: `secure({ requiredPermissions: [P.READ] })`. */
const givesRights = /\b(required?|allowed|needed)_?(auth|permissions?|roles?|scopes?|rights?)\s*:/i

/** Whether a step of a chain decides who may pass. */
export function isAuthStep(step: Step): boolean {
  if (step.unread) return false
  if (asksForFreeName.test(step.name)) return checksCaller(step)
  if (opensToAll(step)) return false
  if (step.guard) return true
  if (/^@Api[A-Z]|\bRouter\(\)$/.test(step.name)) return false
  if (checksInput(step) || isOfValidator.test(step.name)) return checksCaller(step)
  // Limiters and caches answer by themselves, and for another reason than who calls.
  if (rateLimitNames.test(step.name) || cacheNames.test(step.name)) return checksCaller(step) && refusesCallers(step)
  const text = stepText(step)
  if (notAuth.test(step.name) && !/isAuth|requireAuth/i.test(step.name)) return checksCaller(step)
  return (
    authNames.test(step.name) ||
    endsInAuth.test(step.name) ||
    endsInAuth.test(/^[\w.]+/.exec(text)?.[0] ?? '') ||
    /@(Auth|Roles?|Permissions?|UseGuards|Secured|ApiBearer)/.test(step.name) ||
    authNames.test(text) ||
    givesRights.test(step.file.text.slice(step.node.start, Math.min(step.node.end, step.node.start + 400))) ||
    checksCaller(step)
  )
}

/** Whether the code of a step is seen, and turns nobody away. */
export const opensToAll = onceFor(({ function: node, functionFile: file, decision, calls }: Step): boolean => {
  if (decision) return alwaysAgrees(decision, calls)
  return node !== undefined && file !== undefined && (asksNothing(node) || letsAllPass({ node, file }, calls))
})

/** Express: it never looks at the request, so it cannot tell callers apart. */
function asksNothing({ params, body }: FunctionNode): boolean {
  const [request, , next] = params.map((parameter) => parameterName(parameter)?.name)
  return (
    params.length === 3 &&
    request !== undefined &&
    /next/i.test(next ?? '') &&
    body !== null &&
    mentionsOf(request, body).length === 0
  )
}

/** What is given the proof may throw. */
const handsOnProof =
  /\b(?!(parse|atob|btoa|\w*decode\w*|\w*log\w*|get|set|if)\()\w+\(\s*[^()]*\b(authorization|\w*token)\b/i

const signedIn = /allow_?if_?(logged|signed|auth)/gi

/** `cors({ allowedHeaders })`, `featurePolicy()`: what browsers and robots may do. */
const ofBrowsers =
  /^(@koa\/|@fastify\/)?(cors|helmet|lusca|csp|robots)\b|^(feature|permissions|referrer|cross-?origin|content-security)-policy|^(koa-helmet|koa2?-cors|express-robots\S*|hono\.(cors|secureHeaders))\b/

/** Whether a step decides by role or right, not only by being signed in. */
export function isRoleStep(step: Step): boolean {
  if (step.unread) return false
  if (ofBrowsers.test(step.name)) return false
  // `body('role').isString()` checks what is sent.
  if (/^express-validator\b/.test(step.name)) return false
  // `isAuthorized()` of a library that only looks at the token.
  if (/^(express-jwt|koa-jwt|passport)\b/.test(step.name))
    return roleNames.test(
      stepText(step)
        .replaceAll(/authoriz\w*/gi, '')
        .replaceAll(signedIn, ''),
    )
  // `@ApiTags('Roles')` describes.
  if (opensToAll(step) || /^@Api[A-Z]/.test(step.name)) return false
  if (roleNames.test(step.name.replace(signedIn, '')) || roleNames.test(stepText(step).replace(signedIn, '')))
    return true
  return decidesByRole(decisionText(step))
}

/** The code of the project that lets callers past a step; empty where it is not seen. */
function decisionText({ function: node, functionFile: file, decision }: Step): string {
  if (decision) return bodyText(decision.node, decision.file)
  return node && file ? bodyText(node, file) : ''
}

/** `headers.key !== process.env.KEY`: it asks for a key that is given to nobody who signs in. */
export function asksForKey(step: Step): boolean {
  const text = decisionText(step)
  return /\bheaders?\b/.test(text) && comparesSetting.test(text) && !/\bverify\w*\(|super\.canActivate/.test(text)
}

const comparesSetting =
  /[!=]==?\s*(process\.env\b|(this\.)?\w*[cC]onfig\w*\.get\()|\b(process\.env\.\w+|\w*[cC]onfig\w*\.get\([^()]*\))\s*[!=]==?(?!\s*(undefined|null|['"]))|\btimingSafeEqual\(/

/** Roles that are only typed, read from a token or a row, handed on, or spoken of, decide nothing. */
const carried =
  /\broles?\??\s*:\s*(string|number|true|1|\w*Role\w*|[\w.?!]+\.roles?|roles?)\b(\[\])?|[\w.]+\.roles?\s*=(?!=)\s*[\w.?!]+|\{[^{}]*\broles?\b[^{}]*\}\s*=(?!=)|\/\/.*|\/\*[\s\S]*?\*\/|(?<quote>['"`])[^'"`\n]*\s[^'"`\n]*\k<quote>/gi

function decidesByRole(body: string): boolean {
  return /\b(role|isAdmin\w*|permission|scope)s?\b/i.test(body.replace(carried, '').replace(ofEveryone, ''))
}

/** `role !== 'user'`: the role that everyone has who signs up. */
const ofEveryone = /\broles?\s*[!=]==?\s*(['"`]|(\w*Roles?\w*)\.)_?(user|customer|client|member|guest)\b['"`]?/gi

/** Whether nobody but an administrator gets past the steps before the handler. */
export function isForAdministrators(route: Route): boolean {
  return guardsOf(route).some((step) => {
    if (/admin/i.test(step.name)) return true
    const text = isAuthStep(step) ? stepText(step) : ''
    return /admin/i.test(text) && !besideAdministrators.test(text)
  })
}

/** `allow(Roles.Admin, Roles.Seller)`: people from outside are let in as well. */
const besideAdministrators =
  /\(.*\b(merchant|seller|vendor|supplier|customer|client|user|member|student|patient|driver|guest)s?\b['"`]?\s*[,)\]]/i

function stepText(step: Step): string {
  return step.file.text.slice(step.node.start, Math.min(step.node.end, step.node.start + 120)).split('\n')[0] ?? ''
}

function checksCaller(step: Step): boolean {
  if (!step.function || !step.functionFile || step.function.params.length < (step.function.async ? 1 : 2)) return false
  const text = bodyText(step.function, step.functionFile)
  return bodyChecks.test(text) && (turnsAway.test(text) || handsOnProof.test(text)) && text.length < 8000
}

const cacheNames = /^(?!.*auth).*cache/i

function refusesCallers({ function: node, functionFile: file }: Step): boolean {
  return node !== undefined && file !== undefined && /40[13]|Unauthori|Forbidden/.test(bodyText(node, file))
}

/** It fails, answers or lets somebody answer: who only looks the caller up does none of these. */
const turnsAway =
  /40[13]|redirect|throw|Unauthori|Forbidden|\bverify\w*\(|\bnext\(\s*[^)\s]|\b(res|response|reply|rep|ctx|c)\.(?!locals|state|user|session|set|header|cookie|clearCookie|req)\w+|[(,]\s*(res|response|reply|rep)\s*[,)]/i

/** Whether a handler itself looks at who is calling. */
export function checksIdentity(node: FunctionNode, file: SourceFile): boolean {
  return bodyChecks.test(bodyText(node, file))
}

/** The chain before the handler that answers. */
export function guardsOf(route: Route): readonly Step[] {
  return route.chain.slice(0, -1)
}

/** Whether somebody checks who is calling before the handler of a route runs. */
export function hasAuth(route: Route): boolean {
  return guardsOf(route).some(isAuthStep) || (route.own.length === 1 && /authenticate/.test(route.own[0]?.name ?? ''))
}

const validationNames =
  /valid|schema|celebrate|\bjoi\b|\bzod\b|\bajv\b|\byup\b|superstruct|@(UsePipes|Body)|check(Schema|Body|Params|Query)|sanitize|openapi|\bdto\b|^(body|query|param|check)(\(|$)|express-validator/i

/** Whether the input of a route is checked against a schema before its handler runs. */
export function hasValidation(route: Route): boolean {
  if (route.framework === 'fastify' && route.options && /\bschema\b/.test(optionText(route))) return true
  if (route.framework === 'hapi' && isValidatedAt(route.options)) return true
  return guardsOf(route).some(isValidation)
}

const otherChecks = /token|jwt|session|auth|login|cookie|api_?key|captcha|csrf|signature|permission|role/i

/** Its code asks express-validator or a schema: whatever its name, it looks at what is sent. */
function checksInput({ function: node, functionFile: file }: Step): boolean {
  return (
    node !== undefined &&
    file !== undefined &&
    /\bvalidationResult\(|\b(\w*[sS]chema|Joi|joi)\b[\w.(){}\s]*\.(validate|parse|safeParse)(Async|Sync)?\(/.test(
      bodyText(node, file),
    )
  )
}

/** Whether a step checks what is sent; `validateToken` checks who calls. */
export function isValidation(step: Step): boolean {
  if (checksInput(step)) return true
  if (otherChecks.test(step.name) && !/schema|body|dto|input|[a-z](Validation|Validator)s?(\(\))?$/i.test(step.name))
    return false
  return validationNames.test(step.name) || validationNames.test(stepText(step))
}

function optionText(route: Route): string {
  return route.options ? route.file.text.slice(route.options.start, route.options.end) : ''
}

/** Names that limiters of requests go by. */
export const rateLimitNames =
  /rate.?limit|limiter|slow.?down|throttl|brute|@Throttle|limits?_?(control|guard|by|per)|(ip|login|attempts?|requests?|tries)_?limits?/i

/** Paths anyone must be able to reach. */
export const publicPaths =
  /log-?in|log-?out|sign-?(in|up|out)|regist|forg[eo]t|reset|recover|verify|confirm|activate|health|ready|live|ping|status|metrics|webhook|callback|oauth|token|refresh|bootstrap|public|contact|captcha|password|session|auth\b|robots|favicon|docs|swagger|openapi|feedback|subscribe|^\/?$|\*$|search|csp|version|manifest|\/static|\/assets|graphql|invite|otp/i
