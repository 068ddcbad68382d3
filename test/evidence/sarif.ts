import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const text = readFileSync(join(import.meta.dirname, 'sarif-schema-2.1.0.json'), 'utf8')
// zod takes every URI for an absolute one; the schema allows references relative to the root.
const schema: unknown = JSON.parse(text, (key, value: unknown) => (key === 'format' ? undefined : value))
/** Says what is wrong with a SARIF log, by OASIS's own schema; zod checks the schema when it builds the validator. */
export const sarif = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
