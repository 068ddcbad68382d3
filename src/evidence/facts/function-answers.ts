import { propertyOf, type Node } from '../parse/ast.ts'
import { goingBy, propertiesOf } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** An answer that a cloud function gives back as an object: `{ statusCode: 200, headers, body }`. */
export type FunctionAnswer = { node: Node; body?: Node; header: (name: string) => Node | undefined }

/** The answers of cloud functions that are written in a file. */
export const functionAnswersIn = atOnce((file: SourceFile): readonly FunctionAnswer[] =>
  goingBy(propertiesOf(file), 'statusCode').flatMap(({ parent: node }) => {
    if (node?.type !== 'ObjectExpression') return []
    const headers = propertyOf(node, 'headers')
    const body = propertyOf(node, 'body')
    const header = (name: string) => propertyOf(headers, name) ?? propertyOf(headers, name.toLowerCase())
    return headers ? [{ node, header, ...(body ? { body } : {}) }] : []
  }),
)
