import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { ancestor, isClass, type CallNode } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'

/** NestJS's interceptors that take uploads, where the module they stand in sets nothing for all. */
export function uploadInterceptors(codebase: Codebase): FoundCall[] {
  const set = codebase.index.named(/^@nestjs\/platform-express\.MulterModule\.register(Async)?$/)
  if (set.some(({ call, file }) => /limits|fileFilter|useFactory|useClass/.test(textOf(call, file, 2000)))) return []
  return codebase.index
    .named(/^@nestjs\/platform-express(\/multer(\/\w+)*)?\.(AnyFiles|File|Files|FileFields)Interceptor$/)
    .filter(({ call }) => call.arguments.slice(1).every((argument) => argument.type !== 'CallExpression'))
}

/** The method an interceptor stands on, with its parameters and their pipes. */
export function methodText(call: CallNode, file: SourceFile): string {
  const method = ancestor(call, (node) => node.type === 'MethodDefinition' || isClass(node))
  return method?.type === 'MethodDefinition' ? file.text.slice(method.start, method.end) : ''
}
