import { asObjects, asText, isObject } from './json.ts'
import type { Block, Json } from './world.ts'

export interface FoundElement {
  blockId: string
  element: Json
}

export interface Button {
  label: string
  actionId: string
  value: string
  url: string
}

/** The interactive element with this action_id anywhere in the blocks, as a person would find it. */
export function findElement(blocks: Block[], actionId: string, value?: string): FoundElement | undefined {
  for (const block of blocks) {
    const blockId = asText(block.block_id)
    const element = searchValue(block, actionId, value)
    if (element) return { blockId, element }
  }
  return undefined
}

function searchValue(item: unknown, actionId: string, value?: string): Json | undefined {
  if (Array.isArray(item)) {
    for (const entry of item) {
      const found = searchValue(entry, actionId, value)
      if (found) return found
    }
    return undefined
  }
  if (!isObject(item)) return undefined
  if (item.action_id === actionId && offersValue(item, value)) return item
  return searchValue(Object.values(item), actionId, value)
}

function offersValue(element: Json, value?: string): boolean {
  return value === undefined || valuesOf(element).includes(value)
}

function valuesOf(element: Json): string[] {
  if (element.type === 'feedback_buttons') {
    return asObjects([element.positive_button, element.negative_button]).map((button) => String(button.value))
  }
  if (Array.isArray(element.options)) return element.options.filter(isObject).map((option) => String(option.value))
  if (element.type === 'button' || element.type === 'icon_button') return [asText(element.value)]
  return []
}

/** Everything in the blocks a person can press, in reading order; feedback counts as two buttons. */
export function listButtons(value: unknown): Button[] {
  if (Array.isArray(value)) return value.flatMap(listButtons)
  if (!isObject(value)) return []
  if (value.type === 'button' || value.type === 'icon_button') return [describeButton(value, asText(value.action_id))]
  if (value.type !== 'feedback_buttons') return listButtons(Object.values(value))
  return asObjects([value.positive_button, value.negative_button]).map((button) => {
    return describeButton(button, asText(value.action_id))
  })
}

function describeButton(button: Json, actionId: string): Button {
  const label = isObject(button.text) ? asText(button.text.text) : ''
  return { label, actionId, value: asText(button.value), url: asText(button.url) }
}

/** The `actions[0]` Slack sends for a press of this element. */
export function shapeAction(found: FoundElement, value: string | undefined, actionTs: string): Json {
  const { element, blockId } = found
  const base = { action_id: element.action_id, block_id: blockId, type: element.type, action_ts: actionTs }
  switch (element.type) {
    case 'button':
    case 'icon_button':
      return { ...base, text: element.text, ...(element.value !== undefined && { value: element.value }) }
    case 'feedback_buttons':
      return { ...base, ...pressedFeedback(element, value) }
    case 'overflow':
    case 'static_select':
    case 'radio_buttons':
      return { ...base, selected_option: chooseOption(element, value) }
    case 'checkboxes':
    case 'multi_static_select':
      return { ...base, selected_options: [chooseOption(element, value)] }
    case 'users_select':
      return { ...base, selected_user: value }
    case 'conversations_select':
      return { ...base, selected_conversation: value }
    case 'channels_select':
      return { ...base, selected_channel: value }
    default:
      return { ...base, value }
  }
}

function pressedFeedback(element: Json, value: string | undefined): Json {
  const buttons = asObjects([element.positive_button, element.negative_button])
  const pressed = buttons.find((button) => value === undefined || button.value === value)
  return { text: pressed?.text, value: pressed?.value }
}

function chooseOption(element: Json, value: string | undefined): unknown {
  const options = asObjects(element.options)
  return options.find((option) => value === undefined || option.value === value)
}
