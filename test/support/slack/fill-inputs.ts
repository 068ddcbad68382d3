import { isObject } from './json.ts'
import type { Block, Json } from './world.ts'

/** The `state.values` of a form after a person filled it; throws for inputs that are not there or were left out. */
export function fillInputs(
  blocks: Block[],
  filled: Record<string, string | string[]>,
): Record<string, Record<string, Json>> {
  const inputs = blocks.flatMap((block) => (block.type === 'input' && isObject(block.element) ? [block] : []))
  const known = new Set(inputs.flatMap((block) => [String(block.block_id), actionId(block)]))
  const stray = Object.keys(filled).find((name) => !known.has(name))
  if (stray !== undefined) throw new Error(`the view has no input ${stray}`)
  const entries = inputs.map((block): [string, Record<string, Json>] => {
    const value = filled[String(block.block_id)] ?? filled[actionId(block)]
    const element = isObject(block.element) ? block.element : {}
    const state = fillElement(element, value)
    if (isEmpty(state) && block.optional !== true) throw new Error(`${String(block.block_id)} must be filled`)
    return [String(block.block_id), { [actionId(block)]: state }]
  })
  return Object.fromEntries(entries)
}

function actionId(block: Block): string {
  return isObject(block.element) ? String(block.element.action_id) : ''
}

function fillElement(element: Json, value: string | string[] | undefined): Json {
  const { type } = element
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: findOptions(element, value)[0] ?? element.initial_option ?? null }
    case 'checkboxes':
    case 'multi_static_select':
      return {
        type,
        selected_options: value === undefined ? (element.initial_options ?? []) : findOptions(element, value),
      }
    case 'users_select':
      return { type, selected_user: value ?? element.initial_user ?? null }
    case 'multi_users_select':
      return { type, selected_users: [value ?? element.initial_users ?? []].flat() }
    case 'conversations_select':
      return { type, selected_conversation: value ?? element.initial_conversation ?? null }
    case 'channels_select':
      return { type, selected_channel: value ?? element.initial_channel ?? null }
    case 'datepicker':
      return { type, selected_date: value ?? element.initial_date ?? null }
    case 'timepicker':
      return { type, selected_time: value ?? element.initial_time ?? null }
    default:
      return { type, value: value ?? element.initial_value ?? null }
  }
}

function findOptions(element: Json, value: string | string[] | undefined): Json[] {
  const wanted = [value ?? []].flat()
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : []
  const options = [element.options, ...groups.map((group) => group.options)].flat().filter(isObject)
  return wanted.map((name) => {
    const option = options.find((other) => other.value === name)
    if (!option) throw new Error(`${String(element.action_id)} has no option ${name}`)
    return option
  })
}

function isEmpty(state: Json): boolean {
  return Object.entries(state).every(([name, value]) => {
    return name === 'type' || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  })
}
