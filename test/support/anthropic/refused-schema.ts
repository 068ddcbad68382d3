import { invalid, type WireError, type WireFormat } from './wire.ts'

/** JSON Schema words that structured outputs do not enforce and therefore refuse. */
const refusedWords = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
]

/** What the API refuses in an output format. */
export function refusedSchema(format: WireFormat | undefined): WireError | undefined {
  if (!format) return undefined
  if (format.type !== 'json_schema') return invalid('output_config.format.type: Input should be "json_schema"')
  for (const key of Object.keys(format)) {
    if (key !== 'type' && key !== 'schema')
      return invalid(`output_config.format.${key}: Extra inputs are not permitted`)
  }
  const problem = refusedNode(format.schema)
  return problem ? invalid(`output_config.format.schema: ${problem}`) : undefined
}

function refusedNode(node: unknown): string | undefined {
  if (Array.isArray(node)) return firstProblem(node)
  if (typeof node !== 'object' || node === null) return undefined
  const entries = new Map(Object.entries(node))
  if (entries.get('type') === 'object' && entries.get('additionalProperties') !== false) {
    return "For 'object' type, 'additionalProperties' must be explicitly set to false"
  }
  const type = entries.get('type')
  const word = refusedWords.find((name) => typeof type === 'string' && entries.has(name))
  if (word) return `For '${String(type)}' type, property '${word}' is not supported`
  return firstProblem([...entries.values()])
}

function firstProblem(nodes: readonly unknown[]): string | undefined {
  for (const node of nodes) {
    const problem = refusedNode(node)
    if (problem) return problem
  }
  return undefined
}
