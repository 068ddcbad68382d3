import type { Codebase } from '../../../codebase.ts'
import { functionAround } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isKept, onceInALife, purposeOf, requestOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** Clients of other services that keep their sockets open for the next call. */
const clients =
  /^(stripe|@aws-sdk\/client-[\w-]+\.\w+Client|aws-sdk\.(S3|SES|SNS|SQS|DynamoDB)|openai(\.OpenAI|\.default)?|twilio|@google-cloud\/[\w-]+\.\w+|@anthropic-ai\/sdk(\.\w+)?|@elastic\/elasticsearch\.Client)$/

const ofTheService = /^\{\s*\}$|env\w*\b|\b(host|service)\s*:\s*['"]|config|settings|^['"]|[A-Z]{3}_|[kK]eys?\./

const ofService: Words = {
  title: 'A client of another service is made for each call',
  why: 'A client keeps its connections open for the next call; one that is made anew connects and shakes hands again.',
  effects: { latency: 'A handshake for each call.', memory: 'Sockets that nobody uses again.' },
  fix: {
    say: 'Make it once, when the module is loaded, and share it.',
    code: {
      any: 'const storage = new S3Client({ region: process.env.REGION })\nexport const store = (file) => storage.send(new PutObjectCommand(file))',
    },
  },
}

/** A client that each call makes anew: it connects each time, and what it learned is gone. */
export function* clientsPerCall(codebase: Codebase): Iterable<Match> {
  const seen = new Set<SourceFile>()
  for (const { call, file, name } of codebase.index.named(clients)) {
    const around = functionAround(call)
    if (!around || codebase.atStart.has(around) || isKept(call, around, file) || !requestOf(codebase, call)) continue
    // A client for each customer's own key cannot be shared.
    if (call.arguments[0] && !ofTheService.test(textOf(call.arguments[0], file, 300))) continue
    if (onceInALife.test(purposeOf(codebase, call)) || /constructor|init/i.test(purposeOf(codebase, call))) continue
    yield {
      file,
      node: call,
      severity: seen.has(file) ? 'info' : 'low',
      confidence: 'medium',
      words: ofService,
      message: `Each call makes a client of its own (\`${name}\`): its open connections are thrown away with it.`,
    }
    seen.add(file)
  }
}
