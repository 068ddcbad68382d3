import type { Codebase } from '../codebase.ts'
import { functionAround, keyOf, pathOf, type FunctionNode } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'

const senders =
  /^(@sendgrid\/mail(\.default)?\.send|resend\.Resend\(\)\.emails\.send|mailgun[\w.-]*\(\)[\w.()]*\.send|postmark\.\w+\(\)\.sendEmail\w*)$/

/** The functions of production code that send a mail by a known package, or by a function named for it. */
export const mailers = onceFor((codebase: Pick<Codebase, 'index' | 'production'>): ReadonlySet<FunctionNode> => {
  const known = [...codebase.index.methods('sendMail', 'sendEmail'), ...codebase.index.named(senders)].map(
    ({ call }) => call,
  )
  const named = codebase.production.flatMap((file) =>
    file.calls.filter(({ callee }) =>
      /^send\w*e?mail\w*$/i.test(callee.type === 'MemberExpression' ? (keyOf(callee) ?? '') : pathOf(callee)),
    ),
  )
  return new Set([...known, ...named].flatMap((call) => functionAround(call) ?? []))
})
