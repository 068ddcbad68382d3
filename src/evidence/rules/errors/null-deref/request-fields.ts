import type { Codebase } from '../../../codebase.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import type { Handler } from '../../../facts/handlers.ts'
import { namesRequest } from '../../../facts/request-input.ts'
import { handlerAround } from '../../../facts/responses.ts'
import { ancestor, contains, functionAround, keyOf, pathOf, type Node } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { atOnce, once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, routesOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

const textMethods =
  /^(split|trim|toLowerCase|toUpperCase|replace|replaceAll|substring|substr|slice|match|startsWith|endsWith|includes|indexOf|map|forEach|filter|length|data|mv|name|path|push|join|some|every)$/

/** `req.file.name`, `req.body.name.trim` and `req.session.user.id`, which throw when the middle is missing. */
const fieldsOfFields = atOnce((file: SourceFile) =>
  (namesRequest(file) ? file.members : []).flatMap((member) => {
    const name = keyOf(member)
    if (member.optional || name === undefined || member.object.type !== 'MemberExpression' || member.object.optional)
      return []
    const path = pathOf(member.object)
    const uploads = /^(req|request)\.files?$/.test(path)
    const field = /^(req|request)\.(body|query|headers|files)\.\w+$/.test(path) && textMethods.test(name)
    const session =
      /^(req|request)\.session\.\w+$/.test(path) &&
      !/^(cookie|save|destroy|regenerate|touch)$/.test(keyOf(member.object) ?? '')
    return uploads || field || session ? [{ member, name, path, uploads, session }] : []
  }),
)

export function* requestFields(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { member, name, path, uploads, session } of fieldsOfFields(file)) {
    const handler = handlerAround(member, codebase.web.handlers)
    if (!handler || isRefusedWhenMissing(member, file)) continue
    const before = withDots(file.text.slice(handler.node.start, member.start))
    const escaped = path.replace(/[.$]/g, String.raw`\$&`)
    if (new RegExp(String.raw`(!|if\s*\(|&&|\|\||\?)\s*\(?\s*!?${escaped}\b(?!\.(length|split|trim))`).test(before))
      continue
    if (new RegExp(String.raw`\b${escaped}\s*(\?(?!\.)|[!=]==?|=(?!=))`).test(before)) continue
    if (new RegExp(String.raw`\b(is[A-Z]\w*|validate\w*|check\w*)\(\s*${escaped}\b`).test(before)) continue
    if (isGuardedBeside(member, path, file) || isLookedAtByName(escaped, before)) continue
    const key = path.split('.').at(-1) ?? ''
    if (new RegExp(String.raw`(hasOwn\w*\([^)]*|in\s*)?['"]${key}['"](\s+in\s+req|\))`).test(before)) continue
    const routes = routesOf(codebase, handler.node)
    if (path.endsWith('.headers.authorization') && isAskedBefore(handler, codebase)) continue
    if (
      session &&
      (routes.length === 0 ||
        routes.some(hasAuth) ||
        (/session/.test(before.slice(-200)) &&
          /if\s*\(/.test(before.slice(-200)) &&
          !/!req\.session/.test(before.slice(-30))))
    )
      continue
    const trace = codebase.flow.trace(member.object, file)
    if (!session && (!trace || isValidated(codebase, trace))) continue
    // What stands before a handler whose route is not seen may have looked already.
    if (uploads && (isTested(member) || (routes.length === 0 && looksAtFiles(codebase)))) continue
    const takes = uploads ? routes.flatMap((route) => route.chain.filter((step) => takesFiles.test(step.name))) : []
    // A list of files is there, empty or not; one file is only when it was sent.
    // `validate({ file: req.file })`: what it was handed to may ask for it.
    if (uploads && new RegExp(String.raw`[(,:]\s*${escaped}\s*[),}]`).test(before)) continue
    if (takes.length > 0 && !(path.endsWith('.file') && takes.every((step) => step.name.endsWith('.single()'))))
      continue
    yield {
      file,
      node: member,
      confidence: session ? 'low' : 'medium',
      message: `\`${textOf(member.object, file)}\` may be missing, and \`.${name}\` then throws.`,
    }
  }
}

/** `const header = req.headers.authorization`, and `if (header)` before the field is read again. */
function isLookedAtByName(path: string, before: string): boolean {
  const name = new RegExp(String.raw`\b(\w+)\s*=\s*${path}\s*(?:;|\n)`).exec(before)?.[1]
  return name !== undefined && new RegExp(String.raw`\bif\s*\(\s*!?\s*${name}\b`).test(before)
}

/** Guards read the header before the handler does. */
function isAskedBefore({ node }: Handler, codebase: Codebase): boolean {
  const routes = routesOf(codebase, node)
  return routes.length > 0 && routes.every((route) => route.handler?.node === node && hasAuth(route))
}

/** `req.headers["host"]` and `req.headers?.host` written as `req.headers.host`. */
function withDots(text: string): string {
  return text.replaceAll(/\[(['"])(\w+)\1\]/g, '.$2').replaceAll('?.', '.')
}

/** What is thrown in this `try` is answered as a mistake of the caller: without a token there is none to check. */
function isRefusedWhenMissing(member: Node, file: SourceFile): boolean {
  const attempt = ancestor(
    member,
    (at) => at.type === 'TryStatement' && contains(at.block, member),
    functionAround(member),
  )
  return (
    attempt?.type === 'TryStatement' &&
    attempt.handler !== null &&
    /\b4\d\d\b|Unauthori|BadRequest|redirect/.test(codeText(attempt.handler, file))
  )
}

const takesFiles = /upload|multer|file/i

function looksAtFiles(codebase: Codebase): boolean {
  return codebase.production.some(checksFiles)
}

const checksFiles = once((file: SourceFile) =>
  /\b(validate|check|require|ensure)_?(Uploaded)?Files?\b/i.test(file.text),
)

function isTested(member: Node): boolean {
  return (
    member.parent?.type === 'UnaryExpression' ||
    member.parent?.type === 'LogicalExpression' ||
    member.parent?.type === 'IfStatement'
  )
}

/** `req.headers.host && req.headers.host.startsWith('a')`. */
function isGuardedBeside(member: Node, path: string, file: SourceFile): boolean {
  const choice = ancestor(
    member,
    (at) => at.type === 'LogicalExpression' && at.operator === '&&',
    functionAround(member),
  )
  return (
    choice?.type === 'LogicalExpression' && withDots(file.text.slice(choice.left.start, choice.left.end)).includes(path)
  )
}
