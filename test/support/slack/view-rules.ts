import { isObject } from './json.ts'
import { checkViewBlocks } from './blocks/check-blocks.ts'
import { Refusal, refuseArguments } from './refusal.ts'
import type { View } from './world.ts'

const MAX_VIEW_BYTES = 250_000
const TITLE_LIMIT = 24

/** A view as Slack accepts it; throws the refusal it would answer. */
export function checkView(value: unknown, types: string[]): View['content'] {
  if (!isObject(value)) throw refuseArguments('missing required field: view')
  if (typeof value.type !== 'string' || !types.includes(value.type)) throw badView('invalid type', '/type')
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_VIEW_BYTES) throw new Refusal('view_too_large')
  if (value.blocks === undefined) throw badView('missing required field: blocks', '')
  const blocks = checkViewBlocks(value.blocks)
  if (value.type === 'modal')
    checkModal(
      value,
      blocks.some((block) => block.type === 'input'),
    )
  checkLength(value.private_metadata, 3000, '/private_metadata')
  checkLength(value.callback_id, 255, '/callback_id')
  checkLength(value.external_id, 255, '/external_id')
  return { ...value, type: value.type, blocks }
}

function checkModal(view: Record<string, unknown>, hasInputs: boolean): void {
  if (view.title === undefined) throw badView('missing required field: title', '')
  for (const name of ['title', 'submit', 'close']) {
    if (view[name] !== undefined) checkPlainText(view[name], TITLE_LIMIT, `/${name}`)
  }
  if (hasInputs && view.submit === undefined) {
    throw badView('`submit` is required when an input block is within blocks', '/submit')
  }
}

function checkPlainText(value: unknown, limit: number, pointer: string): void {
  if (!isObject(value) || value.type !== 'plain_text') throw badView('must be a plain_text object', pointer)
  if (typeof value.text !== 'string' || value.text === '') throw badView('must be more than 0 characters', pointer)
  checkLength(value.text, limit, `${pointer}/text`)
}

function checkLength(value: unknown, limit: number, pointer: string): void {
  if (typeof value === 'string' && value.length > limit) {
    throw badView(`must be less than ${limit + 1} characters`, pointer)
  }
}

function badView(message: string, pointer: string): Refusal {
  return refuseArguments(`${message} [json-pointer:/view${pointer}]`)
}
