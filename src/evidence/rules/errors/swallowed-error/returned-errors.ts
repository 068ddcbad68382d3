import type { Codebase } from '../../../codebase.ts'
import { errorNames } from '../../../facts/promises.ts'
import { functionAround, isFunction, parameterName, unwrap, type FunctionNode } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import { lineOf, purposeOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `catch (error) { return error }`: who called takes the error for what was asked for. */
export function returnedErrors(codebase: Codebase, file: SourceFile): Iterable<Match> {
  return bySentence(
    returningIn(file).flatMap(({ clause, around }) =>
      isLookedFor(around, codebase) || meant.test(purposeOf(codebase, clause).split(' ')[0] ?? '')
        ? []
        : [{ file, node: clause, line: lineOf(clause, file), confidence: 'medium' as const, words, message: says }],
    ),
  )
}

const says = 'The error is given back as if it were the result.'

/** Functions whose name says that what they give back may be a failure. */
const meant = /try|safe|attempt|catch|error|fail|reject|validat|check|verif|test|probe|middleware|handler/i

const returningIn = atOnce((file: SourceFile) =>
  file.catches.flatMap((clause) => {
    const name = parameterName(clause.param ?? undefined)?.name
    const last = clause.body.body.at(-1)
    const around = functionAround(clause)
    if (last?.type !== 'ReturnStatement' || !last.argument || name === undefined || !isFunction(around)) return []
    const given = unwrap(last.argument)
    const isError = given.type === 'Identifier' && given.name === name && errorNames.test(name)
    return isError && around.async && !('returnType' in around && around.returnType) ? [{ clause, around }] : []
  }),
)

/** A caller asks whether it was given an error. */
function isLookedFor(node: FunctionNode, { calls }: Codebase): boolean {
  const sites = calls.sitesOf(node)
  return sites.some(({ file }) =>
    /instanceof\s+\w*(Error|Exception)\b|\.(message|stack|isAxiosError|name)\b\s*(\)|&&|\?|===)|isError\(/.test(
      file.text,
    ),
  )
}

const words: Words = {
  title: 'An error is given back as a result',
  why: 'The caller asks for no error where it waits for a value: it reads fields that are not there, and answers as if all had gone well.',
  effects: {
    safety: 'What failed is answered as done.',
    maintenance: 'The failure shows up elsewhere, as another one.',
  },
  fix: {
    say: 'Throw it, and let the caller answer.',
    code: {
      any: "try {\n  return await upload(file)\n} catch (error) {\n  throw new Error('the file was not stored', { cause: error })\n}",
    },
  },
}
