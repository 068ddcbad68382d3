import type { Codebase } from '../codebase.ts'
import { functionAround, type FunctionNode } from '../parse/ast.ts'
import { goingBy, methodCallsOf, plainCallsOf } from '../parse/by-name.ts'
import { onceFor } from '../parse/once.ts'

const senders =
  /^(@sendgrid\/mail(\.default)?\.send|resend\.Resend\(\)\.emails\.send|mailgun[\w.-]*\(\)[\w.()]*\.send|postmark\.\w+\(\)\.sendEmail\w*)$/

const telling = /^send\w*e?mail\w*$/i

/** The functions of production code that send a mail by a known package, or by a function named for it. */
export const mailers = onceFor(({ index, production }: Pick<Codebase, 'index' | 'production'>) => {
  const known = index.named(senders).map(({ call }) => call)
  const named = production.flatMap((file) => [
    ...goingBy(methodCallsOf(file), telling),
    ...goingBy(plainCallsOf(file), telling),
  ])
  return new Set<FunctionNode>([...known, ...named].flatMap((call) => functionAround(call) ?? []))
})
