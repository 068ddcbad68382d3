import { keyOf, literalText, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'
import { responsesIn, type ResponseCall } from './responses.ts'
import { objectOf } from './sessions.ts'
import type { WebFacts } from './web.ts'

export type AnswerHeader = {
  /** In small letters; undefined where it is computed. */
  name: string | undefined
  value: Node
  call: ResponseCall['call']
}

type Inputs = { web: WebFacts; meanings: Meanings }

const setting = /^(header|set|setHeader|append|writeHead)$/

/** The headers that handlers of a file set, by name and value, as an object, or with the status. */
export function headersIn(file: SourceFile, { web, meanings }: Inputs): AnswerHeader[] {
  return responsesIn(file, web).flatMap(({ call, method }) => {
    if (!setting.test(method)) return []
    const [first, second] = call.arguments
    const given = method === 'writeHead' || call.arguments.length === 1 ? call.arguments.at(-1) : undefined
    const together = given && objectOf(given, file, meanings)?.node
    if (together?.type === 'ObjectExpression')
      return together.properties.flatMap((item) =>
        item.type === 'Property' ? [{ name: keyOf(item)?.toLowerCase(), value: item.value, call }] : [],
      )
    return first && second && method !== 'writeHead'
      ? [{ name: literalText(first)?.toLowerCase(), value: second, call }]
      : []
  })
}
