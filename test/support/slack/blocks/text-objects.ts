import { z } from 'zod'

/** A plain_text object of 1 to `limit` characters. */
export function plainText(limit: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: text(limit), emoji: z.boolean().optional() })
}

export function mrkdwn(limit: number) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: text(limit), verbatim: z.boolean().optional() })
}

export function anyText(limit: number) {
  return z.discriminatedUnion('type', [plainText(limit), mrkdwn(limit)])
}

export function text(limit: number) {
  return z.string().min(1).max(limit)
}

export const id = z.string().min(1).max(255)

export const webAddress = z
  .string()
  .max(3000)
  .regex(/^https?:\/\//)

export const confirmation = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})

/** A menu's option; the limits are those the types of @slack/types state. */
export const option = z.strictObject({
  text: anyText(75),
  value: z.string().max(75),
  description: anyText(75).optional(),
  url: webAddress.optional(),
})

export const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) })
