import * as z from 'zod'
import { parseAssertion } from './parse-assertion.ts'
import { printAssertion } from './print-assertion.ts'

const globs = z.union([z.string().transform((glob) => [glob]), z.array(z.string())])
const within = globs.default([])
const presence = z.enum(['present', 'absent'])

/** An assertion as fields of a file, with what may be left out. */
const fields = z.union([
  z.object({ kind: z.literal('dependency'), name: z.string(), state: presence, within }),
  z.object({ kind: z.literal('dependency'), name: z.string(), state: z.literal('version'), range: z.string(), within }),
  z.object({ kind: z.literal('import'), from: globs, to: globs, state: z.enum(['forbidden', 'required']) }),
  z.object({ kind: z.literal('file'), path: z.string(), state: presence }),
  z.object({ kind: z.literal('engine'), name: z.string(), range: z.string(), within }),
  z.object({ kind: z.literal('rule'), rule: z.string(), within }),
  z.object({
    kind: z.literal('text'),
    pattern: z.string(),
    ignoreCase: z.boolean().default(false),
    state: presence,
    within,
  }),
])
/** What YAML makes of `- dependency: moment absent`. */
const words = z.record(z.string(), z.string())

/** A check as the line that people write, also where a file gave it as fields; fields that make no check come as JSON. */
export function writeCheck(check: unknown): string {
  if (typeof check === 'string') return check
  const line = readFields(check)
  return line !== undefined && parseAssertion(line).ok ? line : JSON.stringify(check)
}

function readFields(check: unknown): string | undefined {
  const assertion = fields.safeParse(check)
  if (assertion.success) return printAssertion(assertion.data)
  const said = words.safeParse(check)
  const [only, ...others] = said.success ? Object.entries(said.data) : []
  return only && others.length === 0 ? only.join(' ') : undefined
}
