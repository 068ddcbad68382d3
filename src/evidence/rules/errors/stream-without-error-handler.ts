import { functionAround } from '../../parse/ast.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const streamWithoutErrorHandler: Rule = {
  id: 'stream-without-error-handler',
  category: 'missing-error-handling',
  severity: 'low',
  confidence: 'medium',
  title: 'A stream fails and nobody hears it',
  why: '`pipe` passes no errors on: when one stream fails, the other stays open and the caller waits. A read stream without a listener for `error` ends the process when its file is missing.',
  effects: {
    safety: 'A missing file ends the process.',
    memory: 'The other streams of the chain are never closed.',
    latency: 'The caller waits until its own time limit.',
  },
  fix: {
    say: 'Use `pipeline`: it closes every stream when one fails, and rejects.',
    code: {
      any: "import { pipeline } from 'node:stream/promises'\nawait pipeline(createReadStream(path), createGzip(), res)",
      Fastify: 'return reply.send(createReadStream(path))',
      NestJS: 'return new StreamableFile(createReadStream(path))',
    },
  },
  sources: [
    'https://nodejs.org/api/stream.html#readablepipedestination-options',
    'https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-options',
  ],
  *find(codebase) {
    for (const { kind, call, file, handlesErrors, source, target } of codebase.asyncWork.streams) {
      if (kind !== 'pipe' || handlesErrors || !requestOf(codebase, call)) continue
      if (/^\s*\.pipe\(/.test(file.text.slice(call.end, call.end + 60)) || target.startsWith('process.std')) continue
      if (source === undefined || source === 'req' || source.endsWith('Readable.from()')) continue
      const around = functionAround(call)
      const isSeen = around && /existsSync|\.access\(|stat(Sync)?\(/.test(file.text.slice(around.start, around.end))
      const fromFile = source.endsWith('createReadStream()') && !isSeen
      yield {
        file,
        node: call,
        ...(fromFile ? { severity: 'medium' as const, confidence: 'high' as const } : {}),
        message: fromFile
          ? `A file that is missing or cannot be read ends the process: this stream has no listener for \`error\`.`
          : `\`${source}.pipe(${target})\` does not pass errors on: when one stream fails, the other stays open.`,
      }
    }
  },
}
