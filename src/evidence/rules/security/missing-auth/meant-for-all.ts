import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isAuthStep } from '../../../facts/access-control.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'

/** The most that an open route weighs which seems to be open on purpose, or lets strangers do little; undefined for others. */
export function mostItWeighs(
  route: Route,
  guarded: readonly Route[],
  codebase: Codebase,
): 'low' | 'medium' | undefined {
  if (
    asksForPeople(route) ||
    countsVisitors(route, codebase) ||
    fillsCart(route, guarded) ||
    isSaidToBePublic(route) ||
    takesWords(route, codebase) ||
    isPublicSide(route, guarded, codebase)
  )
    return 'low'
  return isPageOfSomebody(route) ? 'medium' : mostOfStamps(route)
}

/** `/profiles/:username`: by what people are called there are pages of them that everyone may see; by their ids not. */
function isPageOfSomebody({ method, path }: Route): boolean {
  return method === 'GET' && /\/:(user_?name|nick_?name|handle|slug)(\/|$)/i.test(path)
}

/** The same where all that a route writes is the time. */
export function mostOfStamps(route: Route): 'medium' | undefined {
  return onlyStamps(route) ? 'medium' : undefined
}

/** A captcha stands before it, or it reports what others have written: strangers are to call it. */
function asksForPeople({ method, path, own }: Route): boolean {
  return own.some(({ name }) => /captcha|turnstile/i.test(name)) || (method === 'POST' && /\/report\/?$/i.test(path))
}

/** `// Public routes` above it, with no other comment between. */
function isSaidToBePublic({ file, node }: Route): boolean {
  const above = file.comments.findLast(({ end }) => end < node.start)
  return (
    above !== undefined &&
    /\bpublic\b|\bno (auth|login|sign-?in)|without (auth|login|signing)|\bguests?\b/i.test(above.text)
  )
}

/** Who has not signed in yet puts things into a cart: no cart asks who is calling. */
function fillsCart({ fullPath }: Route, guarded: readonly Route[]): boolean {
  return ofCarts.test(fullPath) && !guarded.some((other) => ofCarts.test(other.fullPath))
}

const ofCarts = /cart(?![a-z])|basket/i

const counting = /(^|[/.])(un|dis)?(like|view|hit|clap|visit|click)(s|d|ed)?\/?$/i

/** A like or a view that is a number: where likes are rows, they are somebody's. */
function countsVisitors({ path, own }: Route, { entities }: Codebase): boolean {
  return (
    (counting.test(path) || counting.test(own.at(-1)?.name ?? '')) &&
    !entities.some(({ name }) => /^(like|view|visit)|[a-z](Like|View|Visit)/i.test(name) && !/review/i.test(name))
  )
}

/** A comment that is kept with the address of whoever wrote it: visitors without an account write them. */
function takesWords({ method, fullPath }: Route, { entities }: Codebase): boolean {
  const [thing] = /(comment|repl(?=y|ies)|guest_?book|message)\w*\/?$/i.exec(fullPath) ?? []
  if (method !== 'POST' || thing === undefined) return false
  const stem = thing.slice(0, 4).toLowerCase()
  return entities.some(
    ({ name, fields }) =>
      name.toLowerCase().startsWith(stem) &&
      fields.some((field) => /^(e_?mail|nick_?name|author_?(name|e_?mail)|visitor\w*|guest\w*)$/i.test(field.name)),
  )
}

const severalTwins = 2

/** No route of its router is guarded, and another router guards what this one shows. */
function isPublicSide(route: Route, guarded: readonly Route[], { web }: Codebase): boolean {
  const own = web.routes.filter(({ app }) => app === route.app)
  if (own.some((other) => guardsOf(other).some(isAuthStep))) return false
  const shown = own.filter(({ method, path }) =>
    guarded.some(
      (other) => method === 'GET' && other.method === 'GET' && other.path === path && other.app !== route.app,
    ),
  )
  return shown.length >= severalTwins
}

const written = /(?:\.set\(\s*|\bdata:\s*|\$(?:set|inc|currentDate):\s*)\{([^{}]*)\}/g
const stamp = /^\s*\w+\s*:\s*(new Date\(\)|Date\.now\(\)|true|-?\d+)\s*$/

/** All that it writes is the time, or one more. */
function onlyStamps({ handler }: Route): boolean {
  if (!handler) return false
  const text = bodyText(handler.node, handler.file)
  const values = [...text.matchAll(written)].flatMap(([, fields = '']) =>
    fields.split(',').filter((part) => part.trim()),
  )
  return (
    values.length > 0 &&
    values.every((value) => stamp.test(value)) &&
    /Date|\$inc/.test(text) &&
    !/\.(create|insert|delete|remove|destroy|save|push|emit|send(Mail|Email))\w*\(/.test(
      text.replace(/\b(res|reply|response)\b[\s\S]{0,30}?\.send\(/g, ''),
    )
  )
}
