import { functionAround, isFunction, type CallNode, type FunctionNode, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { AsyncWork } from './async-work.ts'
import type { CallGraph } from './call-graph.ts'
import type { CallIndex } from './call-index.ts'

/** What the libraries of other services send over the network. */
const serviceCalls =
  /^(cloudinary(\.default)?(\.v2)?\.(uploader|api)\.\w+|imagekit\(\)\.\w+|@imagekit\/nodejs\(\)\.\w+(\.\w+)?|nodemailer\.createTransport\(\)\.sendMail|@sendgrid\/mail(\.default)?\.send|resend\.Resend\(\)\.emails\.send|@aws-sdk\/client-[\w-]+\.\w+\(\)\.send|aws-sdk\.\w+\(\)\.(upload|\w+Objects?|send\w+|publish)|stripe(\.default|\.Stripe)?\(\)\.\w+(\.\w+){1,2}|twilio\(\)\.messages\.create|razorpay\(\)\.\w+\.\w+|openai(\.OpenAI|\.default)?\(\)\.\w+(\.\w+)+|firebase-admin\.(messaging|auth|storage)\(\)\.\w+)$/

type RemoteCall = { call: CallNode; file: SourceFile }

/** Calls that wait for another service: of HTTP clients, of its library, and of project functions that make such a call. */
export function remoteCalls({
  asyncWork,
  index,
  calls,
}: {
  asyncWork: AsyncWork
  index: CallIndex
  calls: CallGraph
}): RemoteCall[] {
  const direct: RemoteCall[] = [...asyncWork.outgoing, ...index.named(serviceCalls)]
  return [...direct, ...calls.linkedTo(direct.flatMap(({ call }) => unitAround(call) ?? []))]
}

/** The function a call is made for: callbacks and the executors of promises belong to the one they are written in. */
function unitAround(node: Node): FunctionNode | undefined {
  for (let at = functionAround(node); at; at = functionAround(at)) {
    const up = at.parent
    const isWithin =
      (up?.type === 'CallExpression' || up?.type === 'NewExpression') && isFunction(at) && up.callee !== at
    if (!isWithin || !functionAround(at)) return at
  }
  return undefined
}
