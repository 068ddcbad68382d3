import type { Codebase } from '../../codebase.ts'
import { endsAlways } from '../../facts/flow-of-control.ts'
import {
  ancestor,
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { handlerAround } from '../../facts/responses.ts'
import { codeText } from '../../parse/code-text.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { purposeOf, requestOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

const identity =
  /^(user|userId|user_id|userid|username|user_name|userName|email|loggedIn|loggedin|logged|logged_in|isLoggedIn|isAuthenticated|authenticated|account|accountId|uid|role|admin|isAdmin|currentUser)$/

export const sessionFixation: Rule = {
  id: 'session-fixation',
  category: 'session-fixation',
  severity: 'medium',
  confidence: 'high',
  title: 'The session keeps its id at login',
  why: 'Whoever planted or saw the session id before the login holds a signed-in session after it.',
  effects: { safety: 'An attacker shares the session of the victim.' },
  fix: {
    say: 'Make a new session when someone signs in.',
    code: {
      Express:
        "req.session.regenerate((error) => {\n  if (error) return next(error)\n  req.session.userId = user.id\n  res.redirect('/')\n})",
      Fastify: 'await request.session.regenerate()\nrequest.session.userId = user.id',
    },
  },
  sources: [
    'https://github.com/expressjs/session#sessionregeneratecallback',
    'https://owasp.org/www-community/attacks/Session_fixation',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const assignment of signIns(file)) yield* keptId(assignment, file, codebase)
      yield* chosenIds(file)
    }
    if (keepsSession(codebase)) yield* oldPassport(codebase)
  },
}

function* keptId(assignment: Of<'AssignmentExpression'>, file: SourceFile, codebase: Codebase): Iterable<Match> {
  const handler = handlerAround(assignment, codebase.web.handlers) ?? requestOf(codebase, assignment)
  const around = functionAround(assignment)
  if (!handler || !around) return
  const names = purposeOf(codebase, assignment)
  const text = `${codeText(handler.node, handler.file)} ${codeText(around, file)}`
  if (/regenerate\s*\(/.test(text) || !/log-?_?in|sign-?_?in|auth|passw/i.test(names + text.slice(0, 1500))) return
  const signsIn = /log-?_?in|sign-?_?in/i.test(names)
  // A key is sent with each request: nobody signs in.
  if ((/log-?_?out/i.test(names) && !signsIn) || /api_?key|bearer/i.test(names)) return
  if (isOfOneSignedIn(assignment, file) || isOutsideProduction(assignment, file)) return
  if (namesOnly.test(keyOf(assignment.left) ?? '') && !provesCaller(around, file, codebase)) return
  const written = pathOf(assignment.left)
  if (knowsCaller.test(file.text.slice(around.start, assignment.start) + text.slice(0, text.indexOf(written)))) return
  // A new account holds nothing yet.
  const severity = /sign-?_?up|regist/i.test(names) && !signsIn ? 'low' : sessionFixation.severity
  yield {
    file,
    node: assignment,
    severity,
    message: `\`${written}\` marks the session as signed in without \`regenerate\`.`,
  }
}

function isOutsideProduction(node: Node, file: SourceFile): boolean {
  const branch = ancestor(node, (at) => at.type === 'IfStatement')
  return (
    branch?.type === 'IfStatement' &&
    /NODE_ENV[^&|]*!==?\s*['"]production|BYPASS/.test(file.text.slice(branch.test.start, branch.test.end))
  )
}

function* oldPassport(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('logIn', 'login')) {
    if (!/^(req|request)\.log[iI]n$/.test(pathOf(call.callee)) || call.arguments.length < 2) continue
    const around = functionAround(call)
    if (!around || /session\s*:\s*false/.test(file.text.slice(call.start, call.end))) continue
    if (/regenerate\s*\(/.test(file.text.slice(around.start, around.end))) continue
    yield {
      file,
      node: call,
      words: byOldPassport,
      message: 'Before version 0.6, Passport keeps the session id when somebody signs in.',
    }
  }
}

/** Who somebody says to be: kept between two pages of a form as well, before anything is proved. */
const namesOnly = /^(e_?mail|user_?name)$/i

/** Whether a password, code or token is looked at, here or before a call of the function that writes the session. */
function provesCaller(around: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  const home = handlerAround(around.body ?? around, codebase.web.handlers)?.node ?? around
  const text = codeText(home, file)
  if (proofs.test(text) || checks.test(text)) return true
  return codebase.calls.sitesOf(around).some(({ call, file: at }) => {
    const caller = functionAround(call)
    return caller !== undefined && checks.test(codeText({ start: caller.start, end: call.start }, at))
  })
}

const proofs =
  /passw|pass\b|pwd|hash|credential|otp\b|\bcode\b|(?<!csrf_?|xsrf_?)token|profile|oauth|log_?in\w*\(|sign_?in\w*\(/i
const checks =
  /\b\w*(compare|verify|verifies|authenticate(?!d)|check_?passw|valid\w*_?passw)\w*\(|passw(or)?d\s*[!=]==?/i

/** `if (!isAuthenticated(req)) throw …`, and what follows: the session already is of somebody who proved it. */
function isOfOneSignedIn(assignment: Node, file: SourceFile): boolean {
  for (let at: Node = assignment; at.parent && !isFunction(at); at = at.parent) {
    if (at.parent.type !== 'BlockStatement') continue
    const refuses = at.parent.body.some(
      (item) =>
        item.type === 'IfStatement' &&
        item.end < assignment.start &&
        endsAlways(item.consequent) &&
        unlessSignedIn.test(file.text.slice(item.test.start, item.test.end)),
    )
    if (refuses) return true
  }
  return false
}

const unlessSignedIn =
  /^!\s*(await\s+)?([\w.]+\.)?(is|has)\w*(?<!un_?|not_?)(authenticated|logged_?in|signed_?in)\w*\([^&]*$/i

/** Somebody was signed in before: the session only speaks for another account from here on. */
const knowsCaller = /\w+FromSession\(|if\s*\(\s*!\s*(req|request|ctx)\.session\??\.(user|userId|account|uid)\b/

function keepsSession(codebase: Codebase): boolean {
  const found = codebase.project.dependencies.find((item) => item.name === 'passport')
  return /^\D*0\.[0-5](\.|$)/.test(found?.installed ?? found?.range ?? '')
}

/** Who the session belongs to is written into it. */
const signIns = atOnce((file: SourceFile) =>
  file.assignments.filter(({ left, right }) => {
    if (left.type !== 'MemberExpression' || !identity.test(keyOf(left) ?? '')) return false
    if (!/^((req|request|ctx|context)\.)?session$/.test(pathOf(left.object))) return false
    return !/^(null|undefined|false|''|"")$/.test(file.text.slice(right.start, right.end))
  }),
)

const byOldPassport: Words = {
  fix: { say: 'Update Passport, which makes a new session since 0.6.', code: { any: 'npm install passport@latest' } },
}

const idsOfCaller: Words = {
  title: 'Session ids can be known beforehand',
  why: 'Whoever knows or plants the id of a session holds it, before and after the login.',
  fix: {
    say: 'Leave `genid` out: the ids that express-session makes cannot be guessed.',
    code: { any: 'app.use(session({ secret, store, resave: false, saveUninitialized: false }))' },
  },
}

function* chosenIds(file: SourceFile): Iterable<Match> {
  for (const property of goingBy(propertiesOf(file), 'genid')) {
    if (!isFunction(property.value)) continue
    const text = file.text.slice(property.value.start, property.value.end)
    if (
      /\b(req|request)\.(query|body|cookies|params|session|headers)/.test(text) ||
      /Date\.now|new Date|getTime/.test(text)
    ) {
      yield {
        file,
        node: property.key,
        words: idsOfCaller,
        message: 'Session ids can be chosen or guessed by the caller.',
      }
    }
  }
}
