import { z } from 'zod'
import { confirmation, id, option, optionGroup, plainText, webAddress } from './text-objects.ts'

const acting = { action_id: id.optional(), confirm: confirmation.optional() }
const focusing = { ...acting, focus_on_load: z.boolean().optional() }
const placeholder = plainText(150).optional()
const style = z.enum(['primary', 'danger']).optional()
const label = z.string().max(75).optional()

const button = z.strictObject({
  type: z.literal('button'),
  ...acting,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: webAddress.optional(),
  style,
  accessibility_label: label,
})

const offered = {
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
}

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...focusing,
    placeholder,
    ...offered,
    initial_option: option.optional(),
  })
  .refine((menu) => (menu.options === undefined) !== (menu.option_groups === undefined), {
    error: 'must have either options or option_groups',
  })

const multiStaticSelect = z.strictObject({
  type: z.literal('multi_static_select'),
  ...focusing,
  placeholder,
  ...offered,
  initial_options: z.array(option).max(100).optional(),
  max_selected_items: z.int().min(1).optional(),
})

const pickers = ['users', 'channels', 'conversations', 'external'].flatMap((name) => [
  z.looseObject({ type: z.literal(`${name}_select`), ...focusing, placeholder }),
  z.looseObject({ type: z.literal(`multi_${name}_select`), ...focusing, placeholder }),
])

const overflow = z.strictObject({ type: z.literal('overflow'), ...acting, options: z.array(option).min(1).max(5) })

const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...focusing,
  options: z.array(option).min(1).max(10),
  initial_option: option.optional(),
})

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...focusing,
  options: z.array(option).min(1).max(10),
  initial_options: z.array(option).min(1).max(10).optional(),
})

const dates = [
  z.strictObject({
    type: z.literal('datepicker'),
    ...focusing,
    placeholder,
    initial_date: z.iso.date().optional(),
  }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...focusing,
    placeholder,
    initial_time: z
      .string()
      .regex(/^\d{2}:\d{2}$/)
      .optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('datetimepicker'), ...focusing, initial_date_time: z.int().optional() }),
] as const

const dispatching = { dispatch_action_config: z.looseObject({}).optional() }

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...focusing,
  ...dispatching,
  placeholder,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
})

const otherInputs = ['email_text_input', 'url_text_input', 'number_input', 'file_input', 'rich_text_input'].map(
  (type) => z.looseObject({ type: z.literal(type), ...focusing, placeholder }),
)

const image = z
  .strictObject({
    type: z.literal('image'),
    image_url: webAddress.optional(),
    slack_file: z.looseObject({}).optional(),
    alt_text: z.string().max(2000),
  })
  .refine((picture) => (picture.image_url === undefined) !== (picture.slack_file === undefined), {
    error: 'must have either image_url or slack_file',
  })

const feedback = z.strictObject({ text: plainText(75), value: z.string().max(2000), accessibility_label: label })

const feedbackButtons = z.strictObject({
  type: z.literal('feedback_buttons'),
  action_id: id.optional(),
  positive_button: feedback,
  negative_button: feedback,
})

const iconButton = z.strictObject({
  type: z.literal('icon_button'),
  ...acting,
  icon: z.string().min(1),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  accessibility_label: label,
  visible_to_user_ids: z.array(z.string()).optional(),
})

const workflowButton = z.looseObject({
  type: z.literal('workflow_button'),
  action_id: id.optional(),
  text: plainText(75),
})

const choices = [staticSelect, multiStaticSelect, ...pickers, radioButtons, checkboxes, ...dates] as const

export const buttonElement = button
export const imageElement = image
export const accessory = z.discriminatedUnion('type', [button, image, overflow, workflowButton, ...choices])
export const actionElement = z.discriminatedUnion('type', [
  button,
  overflow,
  workflowButton,
  ...choices,
  z.looseObject({ type: z.literal('rich_text_input'), ...focusing }),
])
export const inputElement = z.discriminatedUnion('type', [plainTextInput, ...choices, ...otherInputs])
export const contextAction = z.discriminatedUnion('type', [feedbackButtons, iconButton])
