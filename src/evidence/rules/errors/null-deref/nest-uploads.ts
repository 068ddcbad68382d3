import { decoratorCall, decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { functionAround, parameterName, pathOf, type FunctionNode, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `@UploadedFile() file` without a pipe that asks for it, read as if it had been sent. */
export const nestUploads = atOnce((file: SourceFile): Match[] =>
  file.decorators.flatMap((decorator) => {
    if (decoratorName(decorator) !== 'UploadedFile' || asksForFile(decorator)) return []
    const parameter = decorator.parent
    const name = parameterName(parameter ?? undefined)?.name
    const method = file.functions.find((node) => node.params.some((item) => item === parameter))
    if (decoratorsOf(method?.parent).some(checksFiles)) return []
    const use = name && method ? firstRead(name, method, file) : undefined
    return use && name && method && !isLookedAt(name, method, use.start, file)
      ? [{ file, node: use, message: `No \`${name}\` need be sent, and reading from it then throws: that is a 500.` }]
      : []
  }),
)

/** `@UsePipes(new FileCheck())` on the method. */
function checksFiles(decorator: Of<'Decorator'>): boolean {
  const [pipe] = decoratorCall(decorator)?.arguments ?? []
  return (
    decoratorName(decorator) === 'UsePipes' &&
    pipe?.type === 'NewExpression' &&
    /file|upload/i.test(pathOf(pipe.callee))
  )
}

/** A pipe, such as `ParseFilePipe`, refuses a request without a file. */
function asksForFile(decorator: Of<'Decorator'>): boolean {
  return (decoratorCall(decorator)?.arguments ?? []).some((argument) => argument.type !== 'Literal')
}

function firstRead(name: string, method: FunctionNode, file: SourceFile): Of<'MemberExpression'> | undefined {
  return file.members.find(
    (member) =>
      functionAround(member) === method &&
      !member.optional &&
      member.object.type === 'Identifier' &&
      member.object.name === name,
  )
}

function isLookedAt(name: string, method: FunctionNode, to: number, file: SourceFile): boolean {
  const before = file.text.slice(method.body?.start ?? method.start, to)
  return new RegExp(String.raw`(!|if\s*\(|&&|\|\||\(|\?)\s*${name}\b|\b${name}\s*(&&|\|\||\?|[=!]=)`).test(before)
}
