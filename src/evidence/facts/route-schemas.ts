import { hasSpread, literalText, propertyOf, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'
import type { BareRoute } from './web.ts'

type Written = { node: Node; file: SourceFile }
type At = Pick<BareRoute, 'options' | 'file'>

const names: Readonly<Record<string, readonly string[]>> = {
  body: ['body'],
  query: ['querystring', 'query'],
  params: ['params'],
}

/** Whether the schema of a Fastify route says nothing of a part of the request; false where the schema is not seen. */
export function leavesOut(route: At, part: string, meanings: Meanings): boolean {
  const schema = schemaOf(route, meanings)
  const keys = names[part]
  return (
    schema !== undefined &&
    keys !== undefined &&
    !hasSpread(schema.node) &&
    keys.every((key) => propertyOf(schema.node, key) === undefined)
  )
}

/** Whether Fastify drops what the schema of a route’s body does not name; undefined where that is not seen. */
export function dropsMore(route: At, meanings: Meanings): boolean | undefined {
  const schema = schemaOf(route, meanings)
  const body = schema && written(propertyOf(schema.node, 'body'), schema.file, meanings)
  if (!body || hasSpread(body.node) || !propertyOf(body.node, 'properties')) return undefined
  return literalText(propertyOf(body.node, 'additionalProperties')) === 'false'
}

/** Whether the schema of a Fastify route says what its answers hold: nothing else leaves. */
export function shapesAnswers(route: At, meanings: Meanings): boolean {
  const schema = schemaOf(route, meanings)
  return schema !== undefined && propertyOf(schema.node, 'response') !== undefined
}

function schemaOf({ options, file }: At, meanings: Meanings): Written | undefined {
  return options?.type === 'ObjectExpression' ? written(propertyOf(options, 'schema'), file, meanings) : undefined
}

function written(node: Node | undefined, file: SourceFile, meanings: Meanings): Written | undefined {
  const meaning = node && meanings.of(node, file)
  return meaning?.kind === 'value' && meaning.node.type === 'ObjectExpression' ? meaning : undefined
}
