import type { Codebase } from '../../../codebase.ts'
import { constantText } from '../../../facts/written-values.ts'
import { pathOf, propertyOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** Signing out clears a cookie under a name that nothing ever sets, and the one that is set stays. */
export function* clearedCookies(codebase: Codebase): Iterable<Match> {
  const names = namesSet(codebase)
  if (!names || names.size === 0) return
  for (const { call, file } of codebase.index.methods('clearCookie')) {
    const name = call.arguments[0] && constantText(call.arguments[0], file)
    if (name === undefined || names.has(name)) continue
    const list = [...names].slice(0, 3).map((item) => `\`${item}\``)
    yield {
      file,
      node: call,
      message: `No cookie is called \`${name}\`: what is set is ${list.join(', ')}, and stays.`,
    }
  }
}

/** The names of the cookies that are set; undefined where one of them cannot be read. */
function namesSet({ index, sessions, sources }: Codebase): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const { call, file } of index.methods('cookie', 'setCookie')) {
    if (call.arguments.length < 2 || !/(^|\.)(res|response|reply|ctx)\b/.test(pathOf(call.callee))) continue
    const name = call.arguments[0] && constantText(call.arguments[0], file)
    if (name === undefined) return undefined
    names.add(name)
  }
  for (const session of sessions) {
    const given = propertyOf(session.options, 'name') ?? propertyOf(session.options, 'key')
    const name = given ? constantText(given, session.optionsFile) : 'connect.sid'
    if (session.package !== 'express-session' || !session.options || name === undefined) return undefined
    names.add(name)
  }
  const setsOtherwise = /document\.cookie|['"`]set-cookie|cookies\(\)\.set|cookies\.set\(/i
  return sources.values().some(({ text }) => setsOtherwise.test(text)) ? undefined : names
}
