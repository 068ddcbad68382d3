import type { Codebase } from '../../../codebase.ts'
import { queriesByFile } from '../../../facts/queries.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Handler } from '../../../facts/handlers.ts'
import { contains } from '../../../parse/ast.ts'
import type { Match, Words } from '../../rule.ts'
import { isSignIn } from './signs-in.ts'
import { routeName } from '../../places.ts'

/** A sign-in that takes a password, looks the account up, and compares the password with nothing. */
export function* unaskedPassword(codebase: Codebase): Iterable<Match> {
  for (const route of codebase.web.routes) {
    const { handler } = route
    if (!handler || !isSignIn(route, codebase) || !looksUpAccount(handler, codebase)) continue
    if (!leavesPassword(bodyText(handler.node, handler.file))) continue
    yield {
      file: handler.file,
      node: handler.node,
      words,
      severity: 'critical',
      confidence: 'medium',
      message: `${routeName(route)} signs in whoever knows a name: the password is read and compared with nothing.`,
    }
  }
}

const words: Words = {
  title: 'The password is not looked at',
  why: 'The account is looked up by a name alone, and whatever is sent as its password is taken for right.',
  effects: { safety: 'Whoever knows the name of an account has the account.' },
  fix: {
    say: 'Compare what was sent with the stored hash before anything else happens, and answer both mistakes alike.',
    code: {
      any: "import bcrypt from 'bcrypt'\nif (!user || !(await bcrypt.compare(password, user.passwordHash)))\n  return res.status(401).json({ error: 'wrong name or password' })",
    },
  },
}

function looksUpAccount({ node, file }: Handler, codebase: Codebase): boolean {
  const queries = queriesByFile(codebase.queries).get(file) ?? []
  return queries.some(({ call, kind }) => /find|raw/.test(kind) && contains(node, call))
}

/** The password is taken out of the body, at most asked whether it is there, and named nowhere else. */
function leavesPassword(code: string): boolean {
  const taken = /\{[^{}]*\bpassword\s*(,[^{}]*)?\}\s*=\s*(await\s+)?[\w.]+(\.body\b|\.json\(\))/
  if (!taken.test(code)) return false
  const rest = code
    .replace(taken, '')
    .replaceAll(/\bas\s*\{[^{}]*\}/g, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, '')
    .replaceAll(
      /!\s*password\b|\bpassword\s*[=!]==?\s*(undefined|null)\b|\btypeof\s+password\b|\bpassword\.length\b/g,
      '',
    )
  return !/\bpassword\b|\.\.\.|\b(req|request)\.body\b/i.test(rest)
}
