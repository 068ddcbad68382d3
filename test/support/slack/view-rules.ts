import { z } from 'zod'
import { plainText } from './blocks/text-objects.ts'
import { checkViewBlocks } from './blocks/check-blocks.ts'
import { isObject } from './json.ts'
import { Refusal, refuseArguments } from './refusal.ts'
import type { View } from './world.ts'

const MAX_VIEW_BYTES = 250_000

const shared = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}

const modal = z.strictObject({
  type: z.literal('modal'),
  ...shared,
  title: plainText(24),
  close: plainText(24).optional(),
  submit: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
})

const home = z.strictObject({ type: z.literal('home'), ...shared })

type ViewType = 'modal' | 'home'

/** A view as Slack accepts it; throws the refusal it would answer. */
export function checkView(value: unknown, types: ViewType[]): View['content'] {
  if (!isObject(value)) throw refuseArguments('missing required field: view')
  if (!types.some((type) => type === value.type)) throw refuseArguments('invalid type [json-pointer:/view/type]')
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_VIEW_BYTES) throw new Refusal('view_too_large')
  const result = (value.type === 'home' ? home : modal).safeParse(value)
  if (!result.success) throw refuseArguments(...result.error.issues.map(describeIssue))
  const blocks = checkViewBlocks(value.blocks)
  const hasInputs = blocks.some((block) => block.type === 'input')
  if (value.type === 'modal' && hasInputs && value.submit === undefined) {
    throw refuseArguments('`submit` is required when an input block is within blocks [json-pointer:/view/submit]')
  }
  return { ...value, type: result.data.type, blocks }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.message} [json-pointer:/view/${issue.path.join('/')}]`
}
