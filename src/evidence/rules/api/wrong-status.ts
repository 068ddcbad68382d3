import type { Codebase } from '../../codebase.ts'
import { helperAnswersIn } from '../../facts/answering-helpers.ts'
import { errorNames, isTried } from '../../facts/promises.ts'
import { isFinal, responsesIn, type ResponseCall } from '../../facts/responses.ts'
import { ancestor, functionAround, isFunction, keyOf, literalText, parameterName, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { firstOfFile } from '../matches.ts'
import { purposeOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { statusNamed } from './status-and-text.ts'
import { otherMeaning, saidBy, saidThrough } from './wrong-status/other-meaning.ts'

export const wrongStatus: Rule = {
  id: 'wrong-status',
  category: 'wrong-status',
  severity: 'low',
  confidence: 'medium',
  title: 'A failure is answered as a success',
  why: 'Clients, caches, balancers and alarms look at the status, not at the text.',
  effects: { maintenance: 'Failures do not show in metrics; clients go on with an error as data.' },
  fix: {
    say: 'Answer with the status that says what happened.',
    code: {
      Express:
        "if (!file) return res.status(400).json({ error: 'file is missing' })\nif (!order) return res.status(404).json({ error: 'no such order' })",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-status-codes'],
  *find(codebase) {
    for (const file of codebase.production) {
      yield* firstOfFile(wrongAnswers(file, codebase), { least: habit, small: true })
      for (const answer of helperAnswersIn(file, codebase)) {
        // What a handler answers is asked where it does.
        const said = codebase.web.handlers.has(answer.helper.node) ? undefined : saidThrough(answer, file)
        const message = said && otherMeaning(said, codebase, file)
        if (message) yield { file, node: answer.call, severity: 'info', message }
      }
    }
  },
}

/** So many answers of one file are its way to answer. */
const habit = 6

function* wrongAnswers(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const response of responsesIn(file, codebase.web)) {
    const match = isFinal(response) && isOfExpress(response) ? wrongIn(response, codebase, file) : undefined
    if (match) yield { file, node: response.call, ...match }
  }
}

const otherStatus: Words = {
  title: 'An answer has the status of something else',
  effects: { maintenance: 'Clients try again what cannot work, or give up what could; alarms count the wrong thing.' },
}

type Wrong = Pick<Match, 'message' | 'severity' | 'words'>

function isOfExpress({ method, call, handler }: ResponseCall): boolean {
  // A bare `end()` closes what was begun.
  if (method === 'end' && call.arguments.length === 0) return false
  return /^(send|json|render|end|sendStatus)$/.test(method) && handler.framework === 'express'
}

function wrongIn(response: ResponseCall, codebase: Codebase, file: SourceFile): Wrong | undefined {
  const { call, status, method } = response
  const isSilent = !setsStatus(call, file)
  if (inFailure(call, file)) {
    if (status === 501)
      return { words: otherStatus, message: '501 says that the method is not implemented; a failure is 500.' }
    if ((status ?? 200) < 400 && isSilent)
      return handledAsContent(response, file)
        ? undefined
        : {
            message: 'This answers a failure with status 200.',
            // A page that is shown again may tell of the failure itself.
            ...(method === 'render' ? { severity: 'info' } : {}),
          }
  } else {
    if (saysFailure(response) && (status === 200 || isSilent))
      return { message: 'The body says that it failed, the status says 200.' }
    if (isErrorChosen(response, file) && isSilent)
      return { message: 'The body tells of the error, the status says 200.' }
  }
  if (status !== undefined && status >= 500 && missingInput(call, file))
    return { words: otherStatus, message: `${status} says that the server failed; a missing field is 400.` }
  if (status === undefined && isSilent && tellsOfNothing(response))
    return { severity: 'info', message: 'The page says that nothing was found, the status says 200.' }
  const [named = ''] = purposeOf(codebase, call).split(' ')
  const promised = statusNamed(named.split('.').at(-1) ?? '')
  if (promised !== undefined && status !== undefined && status >= 400 && status !== promised)
    return { words: otherStatus, message: `This is named for ${promised} and answers ${status}.` }
  const said = saidBy(response, file)
  const message = said && otherMeaning(said, codebase, file)
  return message === undefined ? undefined : { severity: 'info', message }
}

/** A view, or a handler, that is called `404`. */
function tellsOfNothing({ method, call, handler }: ResponseCall): boolean {
  const view = method === 'render' ? (literalText(call.arguments[0]) ?? '') : ''
  return (
    /(^|\/)(404|not-?_?found)$/i.test(view) ||
    /^(render|show|page|error)?_?(404|not_?found)(page|handler)?$/i.test(handler.node.id?.name ?? '')
  )
}

/** `{ success: false }` or `{ error: 'not found' }` with no status, or with 200. */
function saysFailure({ call, method, status }: ResponseCall): boolean {
  const body = call.arguments[0]
  if (!/^(json|send)$/.test(method) || (status ?? 200) >= 300) return false
  if (/^(error|failed|failure)\b/i.test(literalText(body) ?? '')) return true
  if (body?.type !== 'ObjectExpression') return false
  return body.properties.some((property) => {
    if (property.type !== 'Property') return false
    const name = keyOf(property) ?? ''
    const value = literalText(property.value)
    if (/^(success|ok)$/.test(name)) return value === 'false'
    if (/^(msg|message)$/.test(name))
      return /^(unauthori[sz]ed|forbidden|access denied|not found|duplicate|invalid|wrong|incorrect|failed|error)\b|\b(not found|does not exist|not authori[sz]ed|already exists)$/i.test(
        value ?? '',
      )
    return (
      /^(error|err)$/.test(name) &&
      (value === undefined ? property.value.type === 'TemplateLiteral' : !/^(false|null|)$/.test(value))
    )
  })
}

/** `res.send(err === null ? { msg: '' } : { msg: err })` with no status of its own. */
function isErrorChosen({ call, method, status }: ResponseCall, file: SourceFile): boolean {
  const [body] = call.arguments
  if (body?.type !== 'ConditionalExpression' || !/^(json|send)$/.test(method) || (status ?? 200) >= 300) return false
  const test = file.text.slice(body.test.start, body.test.end)
  return /^!?\s*\(?\s*(err|error)\b(\s*[!=]==?\s*(null|undefined))?\s*\)?$/.test(test.trim())
}

/** In a `catch`, in a `.catch` callback, or under `if (err)`. */
function inFailure(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  if (!around) return false
  const call = around.parent
  if (
    call?.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'catch' &&
    call.arguments[0] === around
  )
    return true
  if (ancestor(node, (at) => at.type === 'CatchClause', around)) return true
  const condition = ancestor(node, (at) => at.type === 'IfStatement', around)
  if (condition?.type !== 'IfStatement' || (condition.alternate && condition.alternate.start <= node.start))
    return false
  const first = parameterName(around.params[0])?.name ?? ''
  return (
    errorNames.test(first) &&
    isFunction(around) &&
    file.text.slice(condition.test.start, condition.test.end).trim() === first &&
    !isTried(node, around)
  )
}

function setsStatus(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  return /\.(status|code|sendStatus)\(|statusCode\s*=|writeHead\(/.test(file.text.slice(around?.start ?? 0, node.end))
}

/** Pages that show an error on purpose. */
function handledAsContent(response: ResponseCall, file: SourceFile): boolean {
  if (response.method !== 'render') return false
  return /error/i.test(file.text.slice(response.call.start, response.call.start + 30))
}

function missingInput(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const condition = ancestor(node, (at) => at.type === 'IfStatement', around)
  return (
    condition?.type === 'IfStatement' &&
    /^!\s*req\.(body|query|params|files?)(\.\w+)?$/.test(
      file.text.slice(condition.test.start, condition.test.end).trim(),
    ) &&
    condition.consequent.start <= node.start &&
    node.end <= condition.consequent.end
  )
}
