import type Anthropic from '@anthropic-ai/sdk'

import { hasAdaptiveThinking, hasEffort } from './model-traits.ts'
import type { ContentBlock, ModelMessage, ModelRequest, SystemBlock, TextBlock, ToolDefinition } from './model.ts'

type Body = Anthropic.MessageCreateParamsNonStreaming
type Prompt = Pick<ModelRequest, 'system' | 'tools' | 'messages'>

/** The API's body for a request: the same request always gives the same bytes, so that the prompt cache holds. */
export function toBody(request: ModelRequest, model: string): Body {
  return {
    model,
    max_tokens: request.maxTokens,
    ...toPrompt(request),
    ...(hasAdaptiveThinking(model) && { thinking: { type: 'adaptive', display: 'summarized' } }),
    ...(request.effort && hasEffort(model) && { output_config: { effort: request.effort } }),
  }
}

/** Tools, system and messages alone, as the token counter wants them. */
export function toPrompt({ system, tools, messages }: Prompt): Pick<Body, 'system' | 'tools' | 'messages'> {
  const systemBlocks = system.filter((block) => block.text.trim() !== '').map(toText)
  return {
    ...(tools.length > 0 && { tools: tools.map(toTool) }),
    ...(systemBlocks.length > 0 && { system: systemBlocks }),
    messages: messages.map(toMessage).filter((message) => message.content.length > 0),
  }
}

function toTool(tool: ToolDefinition): Anthropic.Tool {
  return { name: tool.name, description: tool.description, input_schema: { ...tool.inputSchema, type: 'object' } }
}

/** The API refuses text with half a surrogate pair. */
function toText({ text, cache }: SystemBlock | TextBlock): Anthropic.TextBlockParam {
  const block = { type: 'text' as const, text: text.toWellFormed() }
  return cache ? { ...block, cache_control: { type: 'ephemeral', ttl: cache } } : block
}

function toMessage(message: ModelMessage) {
  return { role: message.role, content: message.content.flatMap(toBlock) }
}

/** The API refuses blank text blocks. */
function toBlock(block: ContentBlock): Anthropic.ContentBlockParam[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [toText(block)]
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }]
    case 'tool_result':
      return [
        {
          type: 'tool_result',
          tool_use_id: block.toolUseId,
          content: block.text.toWellFormed(),
          ...(block.isError && { is_error: true }),
        },
      ]
    case 'opaque':
    default:
      // Only `fromContent` makes these, out of blocks the API sent; they go back as they came.
      return [block.raw as Anthropic.ContentBlockParam]
  }
}
