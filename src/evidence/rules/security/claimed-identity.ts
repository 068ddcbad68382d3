import type { Codebase } from '../../codebase.ts'
import type { Trace } from '../../facts/trace.ts'
import { bodyText } from '../../facts/responses.ts'
import { keyOf, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { membersOf, methodCallsOf, goingBy } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const claimedIdentity: Rule = {
  id: 'claimed-identity',
  category: 'broken-auth',
  severity: 'high',
  confidence: 'medium',
  title: 'Who is calling, or what they may do, is what the request says',
  why: 'A field of the request, or a cookie without a signature, is a text of the caller’s: whoever writes it is any user, with any role.',
  effects: { safety: 'Every account, and every right, for whoever asks.' },
  fix: {
    say: 'Keep the user in a session or a signed token, and look the role up on the server.',
    code: {
      Express:
        "const user = await User.findByPk(req.session.userId)\nif (user?.role !== 'admin') return res.sendStatus(403)",
    },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/06-Session_Management_Testing/',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const node of rights(file)) {
        const trace = fromCookie(codebase, node, file) ?? claimed(codebase, node, file)
        if (trace)
          yield { file, node, message: `The role is read from ${sourceText(trace, file, node)}.`, steps: trace.steps }
      }
      for (const node of parsedCookies(file)) {
        const trace = fromCookie(codebase, node.arguments[0] ?? node, file)
        if (trace && /user|account|profile|identity|member|auth|session/i.test(trace.keys.at(-1) ?? ''))
          yield { file, node, message: `The user is read from ${sourceText(trace, file, node)}.`, steps: trace.steps }
      }
    }
    for (const query of codebase.queries) {
      if (query.file.kind !== 'production' || !/find|update|delete/.test(query.kind)) continue
      const filter = propertyOf(query.call.arguments[0], 'where') ?? query.call.arguments[0]
      for (const value of identifiers(filter)) {
        const trace = fromCookie(codebase, value, query.file)
        if (
          !trace ||
          trace.keys.length === 0 ||
          /token|session|sid|jwt|refresh|remember/i.test(trace.keys.at(-1) ?? '')
        )
          continue
        // Who may stand in for another is asked before.
        if (trace.handler && /is_?(super_?)?admin|impersonat/i.test(bodyText(trace.handler.node, trace.handler.file)))
          continue
        yield {
          file: query.file,
          node: query.call,
          message: `The account is found by ${sourceText(trace, query.file, value)}.`,
          steps: trace.steps,
        }
        break
      }
    }
  },
}

/** Input of a cookie that nothing signed or verified. */
function fromCookie(codebase: Codebase, node: Node, file: SourceFile): Trace | undefined {
  const trace = codebase.flow.trace(node, file)
  if (trace?.kind !== 'cookies' || /signedCookies/.test(trace.source.text) || trace.marks.has('parsed'))
    return undefined
  return trace
}

/** `req.query.isAdmin` in a condition. */
function claimed(codebase: Codebase, node: Node, file: SourceFile): Trace | undefined {
  const text = file.text.slice(node.start, node.end)
  if (!/^(req|request|ctx)\.(query|headers|params)\b/.test(text)) return undefined
  // Whether a list is to be filtered by a role.
  if (/roles?$/i.test(text) && node.parent?.type !== 'BinaryExpression') return undefined
  const trace = codebase.flow.trace(node, file)
  return trace && /^(query|headers|params)$/.test(trace.kind) ? trace : undefined
}

/** `user.role === 'admin'`, `if (user.isAdmin)`. */
const rights = atOnce((file: SourceFile) =>
  goingBy(membersOf(file), /^(role|roles|is_?admin|admin)$/i).filter((member) => {
    const parent = member.parent?.type === 'ChainExpression' ? member.parent.parent : member.parent
    // Whether it was sent at all.
    if (
      parent?.type === 'BinaryExpression' &&
      /[!=]==?\s*(undefined|null)$/.test(file.text.slice(parent.start, parent.end))
    )
      return false
    return (
      parent !== null &&
      parent !== undefined &&
      /^(BinaryExpression|IfStatement|LogicalExpression|UnaryExpression|ConditionalExpression)$/.test(parent.type)
    )
  }),
)

const parsedCookies = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), 'parse').filter(
    (call) => call.arguments[0] !== undefined && file.text.slice(call.callee.start, call.callee.end) === 'JSON.parse',
  ),
)

function identifiers(filter: Node | undefined): Node[] {
  if (filter?.type !== 'ObjectExpression') return []
  return filter.properties.flatMap((property) =>
    property.type === 'Property' && /^(_?id|user_?id|user_?name|email|login|account_?id)$/i.test(keyOf(property) ?? '')
      ? [unwrap(property.value)]
      : [],
  )
}
