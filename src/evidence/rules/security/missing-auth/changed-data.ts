import type { Codebase } from '../../../codebase.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { someReached } from '../../../facts/reached.ts'
import { bodyText } from '../../../facts/responses.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import type { Route } from '../../../facts/web.ts'
import { contains, type FunctionNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether the handler, or what it calls, changes data; true where it cannot be seen. */
export function changesData(route: Route, codebase: Codebase): boolean {
  return (
    route.handler === undefined ||
    route.own.slice(0, -1).some((step) => /upload|multer/i.test(step.name)) ||
    someReached(route.handler, 3, codebase.calls, (node, file) => writes(node, file, codebase))
  )
}

function writes(node: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  const text = bodyText(node, file)
  if ([...text.matchAll(called)].some(([, receiver = '', name = '']) => isWrite(name) && !isOwn(receiver, text)))
    return true
  if (!asks.test(text)) return false
  const queries = (queriesByFile(codebase.queries).get(file) ?? []).filter(({ call }) => contains(node, call))
  return queries.length === 0 || queries.some(isWritten)
}

/** What is called on the answer itself, also after `res.status(400)`, or on a hash, changes nothing. */
const called =
  /(?<!\b(?:\w*(?:cipher|hmac|hash)|sign(?:er)?|verif(?:y|ier))\s*)(?<!\b(?:res|response|reply|rep|ctx|c)(?:\s*\.\w+\([^()]*\))*\s*)(?:(?<=\b(\w+)\s*\??)|(?<=[)\]]\s*\??))\.(\w+)\(/gi
const reading =
  /^(?!find\w*And)(get|find|list|build|read|load|fetch|count|search|is|has|to|parse|format|select)(?![a-z])|^create(Cipher|Decipher|Hash|Hmac|Sign|Verify|Diffie|ECDH)/
const writing =
  /save|create|insert|update|upsert|delete|remove|destroy|add(?!ress)|(^|[a-z_])(set(?!t)|Set)|put|push|send|write|upload|publish|emit|move|^mv$|import|charge|pay(?!load)|reset/i

function isWrite(name: string): boolean {
  return writing.test(name) && !reading.test(name)
}

/** A list, a map or the like that the function has made itself. */
function isOwn(receiver: string, text: string): boolean {
  return (
    receiver !== '' &&
    new RegExp(
      String.raw`\b(const|let|var)\s+${receiver}\b[^=;\n]*=\s*([[{]|new\s+(Map|Set|URL|URLSearchParams|FormData|Headers|Date)\b)`,
    ).test(text)
  )
}

const asks = /\.\w*(query|exec|run)\w*\(/i

function isWritten({ kind, sql, file }: Query): boolean {
  if (kind !== 'raw') return /^(insert|update|delete|sync)/.test(kind)
  const text = sql && sqlText(sql, file)
  return text === undefined || !/^\s*(select|show|with|explain)\b/i.test(text)
}
