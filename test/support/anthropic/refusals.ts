import { findModel, type ModelFacts } from './models.ts'
import { promptTokens } from './prompt-cache.ts'
import { refusedBreakpoints, refusedContent, refusedTurns } from './refused-messages.ts'
import { refusedSchema } from './refused-schema.ts'
import { invalid, type WireBody, type WireError, type WireMessage } from './wire.ts'

const knownFields = new Set(
  (
    'model max_tokens messages system tools tool_choice thinking output_config cache_control stream metadata ' +
    'stop_sequences service_tier container diagnostics inference_geo speed'
  ).split(' '),
)

/** What the live API of version 2026-10-21 would refuse in this body, or undefined. */
export function refuse(body: WireBody, isPaused: (message: WireMessage) => boolean): WireError | undefined {
  for (const field of Object.keys(body)) {
    if (!knownFields.has(field)) return invalid(`${field}: Extra inputs are not permitted`)
  }
  if (typeof body.model !== 'string') return invalid('model: Field required')
  const model = findModel(body.model)
  if (!model || model.lifecycle === 'retired') {
    return { status: 404, type: 'not_found_error', message: `model: ${body.model}` }
  }
  return (
    refusedLimits(body, model) ??
    refusedModes(body, model) ??
    refusedTools(body) ??
    refusedContent(body) ??
    refusedTurns(body, model, isPaused) ??
    refusedBreakpoints(body) ??
    refusedSchema(body.output_config?.format) ??
    refusedLength(body, model)
  )
}

function refusedLimits(body: WireBody, model: ModelFacts): WireError | undefined {
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 0)
    return invalid('max_tokens: Input should be an integer')
  if (body.max_tokens <= model.maxTokens) return undefined
  return invalid(
    `max_tokens: ${body.max_tokens} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
  )
}

function refusedModes({ thinking, tool_choice: choice, output_config: config }: WireBody, model: ModelFacts) {
  if (thinking && !model.thinking.includes(thinking.type)) {
    return invalid(`thinking.type: "${thinking.type}" is not supported for this model`)
  }
  if (choice && ['any', 'tool'].includes(choice.type) && !model.olderWays) {
    return invalid(`tool_choice: type "${choice.type}" is not supported for this model`)
  }
  if (config?.effort && !model.effort) return invalid('output_config.effort: not supported for this model')
  return undefined
}

function refusedTools({ tools = [] }: WireBody): WireError | undefined {
  const seen = new Set<string>()
  for (const [index, tool] of tools.entries()) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) return invalid(`tools.${index}.custom.name: invalid name`)
    if (seen.has(tool.name)) return invalid('tools: Tool names must be unique.')
    if (tool.input_schema?.['type'] !== 'object')
      return invalid(`tools.${index}.custom.input_schema.type: Field required`)
    seen.add(tool.name)
  }
  return undefined
}

function refusedLength(body: WireBody, model: ModelFacts): WireError | undefined {
  const tokens = promptTokens(body)
  if (tokens <= model.maxInputTokens) return undefined
  return invalid(`prompt is too long: ${tokens} tokens > ${model.maxInputTokens} maximum`)
}
