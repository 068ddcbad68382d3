import { z } from 'zod'

import type { ToolDefinition } from '../claude/model.ts'

/** Where something in an answer comes from, for the line of sources under it. */
export interface Source {
  readonly label: string
  readonly url?: string
}

/** What a tool found, or a ready sentence saying why it found nothing and what to try instead. */
export type ToolOutcome =
  | { readonly ok: true; readonly text: string; readonly sources: readonly Source[] }
  | { readonly ok: false; readonly text: string }

/**
 * Something the model may call. Contract: `call` checks its input itself and reports a bad one as an outcome; it throws
 * only for the unexpected, which the loop turns into an error result; its text may come from anyone and is data.
 */
export interface Tool {
  /** Serialises to the same bytes every time. */
  readonly definition: ToolDefinition
  /** What it is doing, for a status line, such as "reading src/app.js"; one short line whatever the input. */
  readonly describe: (input: unknown) => string
  readonly call: (input: unknown, signal: AbortSignal) => Promise<ToolOutcome>
}

export interface ToolSpec<Input> {
  readonly name: string
  readonly description: string
  readonly input: z.ZodType<Input>
  readonly describe: (input: Input) => string
  readonly run: (input: Input, signal: AbortSignal) => Promise<ToolOutcome>
}

const longestLabel = 80

/** A tool out of its parts, with its input checked by the schema before it runs. */
export function defineTool<Input>({ name, description, input: schema, describe, run }: ToolSpec<Input>): Tool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(schema, { io: 'input' })
  return {
    definition: { name, description, inputSchema },
    describe(input) {
      const parsed = schema.safeParse(input)
      return parsed.success ? toLabel(describe(parsed.data)) : `using ${name}`
    },
    async call(input, signal) {
      const parsed = schema.safeParse(input)
      if (parsed.success) return await run(parsed.data, signal)
      return { ok: false, text: `The input does not fit this tool: ${z.prettifyError(parsed.error)}` }
    },
  }
}

/** The model chose these words, so they may be long and have line breaks. */
function toLabel(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= longestLabel ? line : `${line.slice(0, longestLabel - 1).toWellFormed()}…`
}
