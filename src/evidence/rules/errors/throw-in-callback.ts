import { errorNames, isTried } from '../../facts/promises.ts'
import {
  functionAround,
  isFunction,
  literalText,
  parameterName,
  pathOf,
  type FunctionNode,
  type Of,
} from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const throwInCallback: Rule = {
  id: 'throw-in-callback',
  category: 'throw-in-callback',
  severity: 'high',
  confidence: 'high',
  title: 'An error is thrown where nobody can catch it',
  why: 'The callback runs later, outside the `try` and outside the framework: the throw ends the process.',
  effects: { safety: 'One failed call ends the process for everyone.' },
  fix: {
    say: 'Pass the error on.',
    code: {
      Express: "fs.readFile(file, 'utf8', (error, text) => {\n  if (error) return next(error)\n  res.send(text)\n})",
    },
  },
  sources: ['https://nodejs.org/api/errors.html#error-first-callbacks'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const { node, around, call } of thrownInCallbacks(file)) {
        if (codebase.web.handlers.has(around)) continue
        const first = parameterName(around.params[0])?.name ?? ''
        const timer = /^(setTimeout|setInterval|setImmediate|process\.nextTick)$/.test(pathOf(call.callee))
        if (
          !(
            errorNames.test(first) &&
            around.params.length >= 1 &&
            !/^(catchError|tap|map|mergeMap|switchMap|concatMap)$|\.(catch|then|forEach|map|flatMap|filter|some|every|find|findIndex|reduce|sort|use|handler|handle|register|setErrorHandler)$/.test(
              pathOf(call.callee),
            )
          ) &&
          !timer
        )
          continue
        if ((!requestOf(codebase, node) && !timer) || listensForErrors(call) || isWaitedFor(call)) continue
        if (isRescue(call, around) || isVerifiedAtOnce(call) || /^process\.nextTick$/.test(pathOf(call.callee)))
          continue
        yield {
          file,
          node,
          // What a strategy awaits may hand on what is thrown here; signing fails only where the key is missing.
          ...(timer && isHandedOut(node, around) ? onPurpose : {}),
          ...(/\b(passport\.authenticate|jwt\.sign)$/.test(pathOf(call.callee)) ? { severity: 'low' as const } : {}),
          message: `The throw happens in the callback of \`${pathOf(call.callee)}\`, after the caller has gone on.`,
        }
      }
    }
  },
}

/** `.catch((error) => setTimeout(() => { throw error }))` brings a failure to where nobody can catch it, knowingly. */
function isHandedOut({ argument }: Of<'ThrowStatement'>, around: FunctionNode): boolean {
  const caught = functionAround(around)
  return argument.type === 'Identifier' && parameterName(caught?.params[0])?.name === argument.name
}

const onPurpose = {
  severity: 'medium' as const,
  confidence: 'medium' as const,
  words: {
    title: 'A failure is turned into one that nobody can catch',
    why: 'Thrown from a timer it ends the process, with all other requests in it, where the one piece of work that failed could be logged.',
    fix: {
      say: 'Log the failure, or hand it to who started the work; let the process end only where nothing can go on.',
      code: { any: "work().catch((error) => log.error({ err: error }, 'work after commit failed'))" },
    },
  },
}

const thrownInCallbacks = atOnce((file: SourceFile) =>
  file.throws.flatMap((node) => {
    const around = functionAround(node)
    const call = around?.parent
    if (!around || call?.type !== 'CallExpression' || around.async || isTried(node, around)) return []
    return [{ node, around, call }]
  }),
)

/** Who awaits or returns the call gets what its callback throws, as with `await attempt(work, (error) => { throw … })`. */
function isWaitedFor(call: Of<'CallExpression'>): boolean {
  const parent = call.parent
  return parent?.type === 'AwaitExpression' || parent?.type === 'ReturnStatement' || isFunction(parent)
}

/** `attempt(work, (error) => { throw … })` runs the work itself and gives its failure another form. */
function isRescue(call: Of<'CallExpression'>, callback: FunctionNode): boolean {
  const at = call.arguments.findIndex((argument) => argument === callback)
  return call.arguments.slice(0, at).some((argument) => isFunction(argument)) && callback.params.length === 1
}

/** `jwt.verify(token, key, callback)` calls back before it returns, unless a function has to fetch the key. */
function isVerifiedAtOnce({ callee, arguments: [, key] }: Of<'CallExpression'>): boolean {
  if (!/\b(jwt|jsonwebtoken)\.verify$/i.test(pathOf(callee)) || !key || isFunction(key)) return false
  return !/^get|keys?Fetcher|resolver|client|jwks/i.test(pathOf(key))
}

/** `server.on('error', …)`: to throw there is to stop on purpose. */
function listensForErrors(call: Of<'CallExpression'>): boolean {
  return /\.(on|once)$/.test(pathOf(call.callee)) && literalText(call.arguments[0]) === 'error'
}
