import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isAuthStep, publicPaths } from '../../../facts/access-control.ts'
import { someReached } from '../../../facts/reached.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'
import { codeText } from '../../../parse/code-text.ts'
import { inDevelopment, routeName } from '../../places.ts'
import { changesData } from './changed-data.ts'

/** Why a route that asks nobody who they are should; undefined where it may be open on purpose, or gives nothing away. */
export function reason(
  route: Route,
  sibling: Route | undefined,
  admin: boolean,
  codebase: Codebase,
): string | undefined {
  if (isOpenByNature(route, admin, codebase)) return undefined
  const what = harmOf(route, sibling, admin, codebase)
  if (what === undefined) return undefined
  const guard = sibling && guardsOf(sibling).find(isAuthStep)
  const by = guard && !guard.name.startsWith('?') ? ` by \`${guard.name}\`` : ''
  const asks = guard ? `is guarded${by}` : 'asks in its handler'
  return `${routeName(route)} ${what}${sibling ? `; ${routeName(sibling)} ${asks}` : ''}.`
}

/** Ways to sign in or up, pages for everyone, and what nobody has yet when it is called. */
function isOpenByNature(route: Route, admin: boolean, codebase: Codebase): boolean {
  return (
    /^(OPTIONS|HEAD)$/.test(route.method) ||
    beginsForAnyone.test(route.path) ||
    folderForAnyone.test(route.file.path) ||
    returnsFromPayment.test(route.fullPath) ||
    takesProof(route) ||
    (route.path === '/' && fileOfSignIn.test(route.file.path)) ||
    (!admin &&
      (isForAnyone(route) || givesToken(route, codebase) || isForEverySite(route) || provedByKey.test(route.path))) ||
    (route.method === 'POST' && formForAnyone.test(route.fullPath)) ||
    signsUp(route, admin, codebase) ||
    isPageOfMany(route, codebase) ||
    answersYesOrNo(route) ||
    inDevelopment(route.node, route.file) ||
    onlyFails(route) ||
    isCatchAll(route)
  )
}

function isForAnyone(route: Route): boolean {
  // Nothing is a start page that changes something.
  const isRoot = route.fullPath === '/' && /^(PUT|PATCH|DELETE)$/.test(route.method)
  const isPublic =
    !isRoot &&
    publicPaths.test(route.path === '/' ? route.fullPath : route.path) &&
    !/user|account|order|payment/i.test(route.fullPath)
  return isPublic || /(^|\/)auth(entication)?\//i.test(route.fullPath)
}

/** What was sent by mail says who asks; `POST /refresh` takes a token for a newer one, `payByToken(token)` is asked by whoever got the link. */
function takesProof({ method, path, handler }: Route): boolean {
  if (!handler) return false
  if (sentByMail.test(codeText(handler.node, handler.file))) return true
  if (method !== 'POST') return false
  const text = bodyText(handler.node, handler.file)
  return (
    (/(^|\/)(refresh|renew)\/?$/i.test(path) && /refresh_?token/i.test(text)) ||
    /By\w*Token\(\s*(\w+\.)*\w*token\b/i.test(text)
  )
}

const sentByMail = /\b(confirm|verif|activat|invit|reset)\w*_?(token|code|key)\b/i

/** Creating an account is how people sign up, unless there is another way. */
function signsUp({ method, fullPath, own }: Route, admin: boolean, { web }: Codebase): boolean {
  if (method !== 'POST') return false
  if (/\/(users?|accounts?)\/?$/i.test(fullPath)) return true
  if (!admin && /^(register|sign_?up)(_?(user|account|customer|member))?$/i.test(own.at(-1)?.name ?? '')) return true
  return (
    !admin &&
    (/\/(create|add|new|save)-?_?(user|account|customer|member)\/?$/i.test(fullPath) ||
      /\/(user|account|customer|member)s?\/create\/?$/i.test(fullPath)) &&
    !web.routes.some((other) => /regist|sign-?_?up/i.test(other.fullPath))
  )
}

/** One handler gives the same page under many addresses; what is in it is fetched by its scripts. */
function isPageOfMany({ handler, method }: Route, { web }: Codebase): boolean {
  return (
    method === 'GET' &&
    handler !== undefined &&
    /\.(sendFile|render)\(/.test(bodyText(handler.node, handler.file)) &&
    web.routes.filter((other) => other.handler?.node === handler.node).length >= manyAddresses
  )
}

const manyAddresses = 3

/** All that is given away is a yes or a no: `res.json(owners > 0)`. */
function answersYesOrNo({ handler, method }: Route): boolean {
  if (method !== 'GET' || !handler) return false
  const answers = [...bodyText(handler.node, handler.file).matchAll(/\.(?:json|send)\(([^;]*)\)/g)].map(
    ([, given = '']) => given.trim(),
  )
  return (
    answers.some((given) => yesOrNo.test(given)) &&
    answers.every((given) => yesOrNo.test(given) || /^\{[^}]*\b(error|message|status)\b/.test(given))
  )
}

const yesOrNo = /^(!!?[\w.]+|[\w.]+\s*([<>]=?|[!=]==?)\s*[\w.'"]+|true|false)$/

/** `cors({ origin: '*', credentials: false })` of its own: scripts of any page are to call it. */
function isForEverySite({ own }: Route): boolean {
  return own.some(({ node, file }) => {
    const text = file.text.slice(node.start, Math.min(node.end, node.start + 200))
    return /^\w*cors\w*\(/i.test(text) && /origin:\s*['"]\*['"]/.test(text)
  })
}

function isCatchAll({ framework, chain, own, path }: Route): boolean {
  return framework !== 'nest' && chain.length === own.length && own.length === 1 && path === '*'
}

const beginsForAnyone =
  /log-?in|log-?out|csrf|sign-?(in|up|out)|regist|forg[eo]t|recover|reset|otp(?!r[io]|[pl]a|ou)|token|webhook|authenticat|revoke|introspect|authorize|callback|saml|\bsso\b|authn|onboarding|verif(y|ication)|send-?_?(e?-?mail|code|link|sms)|(update|change|set|new)-?_?password|(^|\/)(notify|ipn|postback)$|(^|\/)(in|out)box$|sitemap|\.(rss|xml|atom)\b|set-?up|finalize|create-admin|install(ation)?\b|first-?run|bootstrap|hooks?\./i
const folderForAnyone =
  /(^|[/.-])(anonymous|public|open|unauthenticated|oauth|internal|activity-?pub|federation)([/.-]|$)/i
/** Who brings a key or a code to be looked at has no account yet; `/activate/:actionId` is the link of a mail. */
const provedByKey =
  /\/(validate|verify|check|activate)-?_?(\w*-?_?(key|code|licen[cs]e))\/?$|\/(activate|confirm)\/:(?!_?id\b|(user|account|customer|member|order|booking|payment)_?id\b)\w+\/?$/i
const fileOfSignIn = /(^|\/)(log-?(in|out)|sign-?(in|up|out)|regist\w*|(forgot|reset)\w*)\.\w+$/i
const returnsFromPayment = /(^|\/)(payments?|pay|checkout)[/-](response|return|success|fail(ed|ure)?|cancel|result)$/i

/** A visitor writes to the house. */
const formForAnyone =
  /\/(contacts?|contact-?_?us|contact-?_?form|feedback|complaints?|surveys?|newsletters?|(en|in)quir(y|ies))(\/(add|create|new|save|send|submit|subscribe))?\/?$/i

const changesUnasked = 'changes data and asks nobody who they are'

/** What anyone gets or does by a route. */
function harmOf(route: Route, sibling: Route | undefined, admin: boolean, codebase: Codebase): string | undefined {
  const mayWrite = /POST|PUT|PATCH|DELETE/.test(route.method)
  if (mayWrite && changesData(route, codebase)) return changesUnasked
  const text = route.handler ? bodyText(route.handler.node, route.handler.file) : ''
  if (!mayWrite && sibling?.app === route.app && decides.test(route.path) && changesData(route, codebase))
    return changesUnasked
  if (writes.test(text) && writesToModel.test(text)) return changesUnasked
  if (sibling?.file === route.file && redirectsByInput.test(text) && !/auth|passkey/i.test(route.file.path))
    return 'sends on whoever asks while its siblings are guarded'
  if (admin) return 'is an administrator’s route and asks nobody who they are'
  const isShown = !onlyShows(text) && !sendsNothing(route, text)
  return isShown && isAboutPeople(route) ? 'shows personal data and asks nobody who they are' : undefined
}

/** What somebody of the house says yes or no to. */
const decides = /(^|\/)(accept|approve|decline|reject|deny|ban|block|suspend|promote|refund)(-\w+)?(\/:\w+)?\/?$/i
const writes = /\b(destroy|delete\w*|remove|update\w*|save|create|insert\w*)\(/
const writesToModel =
  /\b(db|[A-Z]\w+|\w*[mM]odel|\w*[rR]epo\w*|\w*[sS]ervice|\w*Col(lection)?)\.(destroy|delete\w*|remove|update\w*|save|create|insert\w*)\(/
const redirectsByInput = /\bredirect\([^)]*\b(req|request|ctx)\.(query|params)/

function isAboutPeople({ path, fullPath, file }: Route): boolean {
  return (
    (peoplesPath.test(fullPath) && !shownToAll.test(path)) ||
    (path === '/' && /(^|\/)(users?|accounts?|customers?)\.[jt]s$/i.test(file.path))
  )
}

/** Who has no token yet comes for one: to sign in or up. */
function givesToken({ method, handler }: Route, codebase: Codebase): boolean {
  return (
    method === 'POST' &&
    handler !== undefined &&
    someReached(handler, 3, codebase.calls, (node, file) => signsToken.test(bodyText(node, file)))
  )
}

const signsToken =
  /\bsign\(\s*[{\w]|\b(jwt|jsonwebtoken|jwt_?service)\.sign(Async)?\(|\.jwtSign\(|\bnew SignJWT\(|\b(sign|generate|create|issue|make|new)\w{0,10}?(jwt|((access|auth|session)_?token))s?\(|\b(get|create|generate|make)\w{0,10}?(sign|log)_?in_?token\(/i

/** What is shown is about people where their name stands last, or before one of them: `/user/plans` is a list of plans. */
const peoplesPath =
  /\/(users?|accounts?|customers?|orders?|payments?|invoices?|profiles?|addresses|phones|resumes|patients|students|employees|subscribers|transactions|bookings|appointments|prescriptions|payrolls?|salar(y|ies)|pass-?_?phrases?|credentials)(\/([:{*]|(all|list|search|me|mine|details?|history|export|count|recent|latest|upcoming|past|booking|order|get-?_?(all\w*|me|my|by|one|users?|customers?|accounts?|profile|details?))(?![a-z])|[\w-]*by-?_?id\b)|\/?$)|\/address\/[:{]_?id\b|\/(wallets?|balances?)(\/|$)|\/:(user|customer|account|patient|student|employee|member)_?id\b/i
/** Below people's paths too, these are there to be seen. */
const shownToAll =
  /\/(business(es)?|shops?|stores?|products?|categor(y|ies)|public|plans?|roles?|types?|avatars?)(\/|$)/i

/** A page or an answer that is written out: nothing is called but the answer itself. */
function onlyShows(text: string): boolean {
  const others = text.replaceAll(/\b(res|response|reply|rep|ctx|c)(\.\w+)+\(|\bfunction\b/g, '')
  return text !== '' && !/[\w\])>]\s*\(/.test(others)
}

/** Express: all that is answered is a status, a fixed text or another address. */
function sendsNothing({ handler }: Route, text: string): boolean {
  if (handler?.framework !== 'express' || handler.response === undefined) return false
  const { response } = handler
  const data = new RegExp(
    String.raw`\.render\(|\.(json|jsonp|send|end|write|download|sendFile|attachment)\(\s*(?!\)|['"\x60]|status\b)|[(,]\s*${response}\s*[,)]`,
  )
  return new RegExp(String.raw`\b${response}\b`).test(text) && !data.test(text)
}

/** A handler that does nothing but refuse. */
function onlyFails(route: Route): boolean {
  if (!route.handler) return false
  const text = bodyText(route.handler.node, route.handler.file)
  return text.length < 200 && /next\(\s*new|throw\b/.test(text) && !/\bres\.(json|send)/.test(text)
}
