import { z } from 'zod'
import { accessory, actionElement, buttonElement, contextAction, imageElement, inputElement } from './elements.ts'
import { anyText, id, mrkdwn, plainText, text, webAddress } from './text-objects.ts'

/** Limits as @slack/types 3.2 documents them, and for alerts and cards as third parties measured them. */
const named = { block_id: id.optional() }

const section = z
  .strictObject({
    type: z.literal('section'),
    ...named,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, { error: 'must have text or fields' })

const richTextElement = z.looseObject({
  type: z.enum(['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted']),
  elements: z.array(z.looseObject({ type: z.string() })),
})

const richText = z.strictObject({ type: z.literal('rich_text'), ...named, elements: z.array(richTextElement) })

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
])

const rows = z.array(z.array(cell).min(1).max(20)).min(1).max(100)

const table = z.strictObject({
  type: z.literal('table'),
  ...named,
  rows,
  column_settings: z
    .array(
      z
        .strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() })
        .nullable(),
    )
    .max(20)
    .optional(),
})

const dataTable = z.strictObject({
  type: z.literal('data_table'),
  ...named,
  rows,
  caption: z.string().min(1),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
})

const image = z
  .strictObject({
    type: z.literal('image'),
    ...named,
    alt_text: z.string().max(2000),
    title: plainText(2000).optional(),
    image_url: webAddress.optional(),
    slack_file: z.looseObject({}).optional(),
  })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    error: 'must have either image_url or slack_file',
  })

const card = z
  .strictObject({
    type: z.literal('card'),
    ...named,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: mrkdwn(150).optional(),
    subtitle: mrkdwn(150).optional(),
    body: mrkdwn(200).optional(),
    actions: z.array(buttonElement).max(3).optional(),
  })
  .refine((block) => [block.hero_image, block.title, block.actions, block.body].some((part) => part !== undefined), {
    error: 'must have hero_image, title, actions or body',
  })

const source = z.strictObject({ type: z.literal('url'), url: webAddress, text: text(3000) })

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  ...named,
  task_id: z.string().min(1),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(source).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
})

const actions = z.strictObject({
  type: z.literal('actions'),
  ...named,
  elements: z.array(actionElement).min(1).max(25),
})

const contextElement = z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)])
const context = z.strictObject({
  type: z.literal('context'),
  ...named,
  elements: z.array(contextElement).min(1).max(10),
})

const header = z.strictObject({ type: z.literal('header'), ...named, text: plainText(150) })
const divider = z.strictObject({ type: z.literal('divider'), ...named })

const input = z.strictObject({
  type: z.literal('input'),
  ...named,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  element: inputElement,
  dispatch_action: z.boolean().optional(),
})

const video = z.looseObject({ type: z.literal('video'), ...named, video_url: webAddress, thumbnail_url: webAddress })

const container = z
  .strictObject({
    type: z.literal('container'),
    ...named,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z
      .array(
        z.discriminatedUnion('type', [
          actions,
          context,
          divider,
          header,
          image,
          input,
          richText,
          section,
          table,
          video,
        ]),
      )
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: imageElement.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((block) => block.title !== undefined || block.rich_text_title !== undefined, { error: 'must have a title' })

const everywhere = [actions, container, context, divider, header, image, input, richText, section, video] as const

const messageOnly = [
  z.strictObject({
    type: z.literal('alert'),
    ...named,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  card,
  z.strictObject({ type: z.literal('carousel'), ...named, elements: z.array(card).min(1).max(10) }),
  z.strictObject({ type: z.literal('context_actions'), ...named, elements: z.array(contextAction).min(1).max(5) }),
  dataTable,
  z.strictObject({ type: z.literal('markdown'), ...named, text: text(12_000) }),
  z.strictObject({ type: z.literal('plan'), ...named, title: z.string().min(1), tasks: z.array(taskCard).optional() }),
  table,
  taskCard,
] as const

export const messageBlock = z.discriminatedUnion('type', [...everywhere, ...messageOnly])
export const viewBlock = z.discriminatedUnion('type', [...everywhere, messageOnly[0], card, messageOnly[2]])
