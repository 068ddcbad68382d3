import { endsAlways } from '../../../facts/flow-of-control.ts'
import { ancestor, contains, functionAround, pathOf, unwrap, type FunctionNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inDevelopment } from '../../places.ts'

/** `{ result: Outcome.NOT_DELETED, message }`: one of the outcomes that the interface describes. */
export function isOutcome(value: Node, file: SourceFile): boolean {
  const inner = unwrap(value)
  return (
    inner.type === 'ObjectExpression' &&
    inner.properties.some(
      (item) =>
        item.type === 'Property' && /^[A-Z]\w*\.[A-Z][A-Z_]+$/.test(file.text.slice(item.value.start, item.value.end)),
    )
  )
}

/** `jwt.verify(token, key, (error, claims) => …)`: the error says no more than why the token is refused. */
export function isOfToken(answer: Node): boolean {
  const call = functionAround(answer)?.parent
  return call?.type === 'CallExpression' && /(^|\.)(jwt|jsonwebtoken)\.verify$/i.test(pathOf(call.callee))
}

/** `res.status(429)` on the line before: what is told is meant for the caller. */
export function refuses(answer: Node, file: SourceFile): boolean {
  const written = file.text.slice(answer.start, answer.end)
  if (/\.(code|status)\(\s*\w+\.(status|statusCode)\s*(\|\||\?\?)\s*4\d\d/.test(written)) return true
  const before = file.text.slice(Math.max(0, answer.start - 90), answer.start)
  if (
    /\.(status|code)\(\s*[\w.]*(BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|CONFLICT|UNPROCESSABLE\w*|TOO_MANY_REQUESTS)\s*\);?\s*(return\s*)?$/.test(
      before,
    )
  )
    return true
  return /\.status\s*=\s*4\d\d;?\s*$|\.(status|code)\(\s*4\d\d\s*\);?\s*(return\s*)?$|\bif\s*\([^)]*<\s*500\s*\)\s*\{?\s*(return\s*)?$/.test(
    before,
  )
}

export function onlyInDevelopment(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const text = file.text.slice(Math.max(around?.start ?? 0, node.start - 500), node.start)
  return (
    inDevelopment(node, file) ||
    /NODE_ENV|isDev|development|isProd|env\s*[!=]==?\s*['"](dev|prod)|get\(['"]env['"]\)|config\.env|process\.env\.DEBUG/i.test(
      text,
    )
  )
}

/** Errors of the application's own kind, or of validation, are meant to be seen. */
export function isOwnError(answer: Node, file: SourceFile): boolean {
  const text = textBefore(answer, file)
  const kinds = [...text.matchAll(/instanceof\s+(\w+(Error|Exception))\b/g)].map((match) => match[1] ?? '')
  if (kinds.some((kind) => !ofLibraries.test(kind)) || isOfProject(text, file) || isNamedByText(answer, file))
    return true
  return /instanceof\s+\w*(Validation|Http|Api|App|Zod|Joi|Custom|Client|BadRequest|NotFound)\w*|isJoi|isOperational|isBoom|\.name\s*===?\s*['"]\w*Validation|isHttpError|err(or)?\.expose|if\s*\([^)]*err(or)?\.(status|statusCode)\b|err(or)?\.(status|statusCode)\s*(\|\||\?\?)\s*4\d\d/i.test(
    text,
  )
}

/** `if (error.message === 'The name is taken')` tells what the program itself has said. */
function isNamedByText(answer: Node, file: SourceFile): boolean {
  const branch = ancestor(answer, ({ type }) => type === 'IfStatement', functionAround(answer))
  return (
    branch?.type === 'IfStatement' &&
    contains(branch.consequent, answer) &&
    /^\w+\??\.message\??(\s*===?\s*|\.(includes|startsWith)\(\s*)(['"`])[^'"`]+\3\s*\)?$/.test(
      file.text.slice(branch.test.start, branch.test.end),
    )
  )
}

/** `error instanceof Refusal`, which is imported from the project. */
function isOfProject(text: string, file: SourceFile): boolean {
  return [...text.matchAll(/instanceof\s+([A-Z]\w+)\b/g)].some(([, kind]) =>
    file.imports.some(
      ({ source, specifiers }) =>
        /^(\.|@\/|~|src\/)/.test(source.value) && specifiers.some(({ local }) => local.name === kind),
    ),
  )
}

/** The code before an answer in its function, without the branches that have left by then or are not taken on the way. */
function textBefore(answer: Node, file: SourceFile): string {
  const around = functionAround(answer)
  if (!around) return ''
  let text = file.text.slice(around.start, answer.start)
  for (const { start, end } of pathsNotTaken(answer, around))
    text = text.slice(0, start - around.start) + ' '.repeat(end - start) + text.slice(end - around.start)
  return text.slice(-500)
}

function pathsNotTaken(answer: Node, around: FunctionNode): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (let at: Node = answer; at.parent && at !== around; at = at.parent) {
    const up: Node = at.parent
    if (up.type === 'IfStatement' && up.alternate === at) found.push({ start: up.start, end: at.start })
    if (up.type !== 'BlockStatement') continue
    const before = up.body.filter(({ end }) => end <= at.start)
    found.push(
      ...before.filter((item) => item.type === 'IfStatement' && !item.alternate && endsAlways(item.consequent)),
    )
  }
  return found
}

/** Errors of the language and of databases tell what is inside. */
const ofLibraries =
  /^((Type|Range|Syntax|Reference|Eval|Aggregate)Error)$|Sequelize|Mongo|Prisma|Query|Database|Sql|Axios|Cast/i
