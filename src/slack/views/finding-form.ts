import type { ModalView } from '@slack/web-api'
import { actionIds } from './action-ids.ts'

export type Dismissal = 'wont-fix' | 'wrong'

/** Which finding of which review a form is about, and where its answer is said. */
export interface FindingAddress {
  reviewId: string
  fingerprint: string
}

interface FormAddress extends FindingAddress {
  kind: Dismissal
}

const fields = { reason: 'reason', owner: 'owner', until: 'until' } as const

/** The form that a finding is dismissed with: a reason, and for what stays as it is somebody who answers for it. */
export function renderFindingForm(address: FormAddress, title: string, userId: string): ModalView {
  const wrong = address.kind === 'wrong'
  return {
    type: 'modal',
    callback_id: actionIds.exceptionForm,
    private_metadata: JSON.stringify(address),
    title: plain(wrong ? 'This is wrong' : 'Not to be fixed'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      { type: 'section', text: plain(title.slice(0, 2900)) },
      input(fields.reason, wrong ? 'What is wrong about it?' : 'Why does it stay as it is?', {
        type: 'plain_text_input',
        action_id: fields.reason,
        multiline: true,
        max_length: 1000,
      }),
      ...(wrong
        ? []
        : [
            input(fields.owner, 'Who answers for it?', {
              type: 'users_select',
              action_id: fields.owner,
              initial_user: userId,
            }),
            {
              ...input(fields.until, 'Until when? It is shown again after that day.', {
                type: 'datepicker',
                action_id: fields.until,
              }),
              optional: true,
            },
          ]),
    ],
  }
}

interface FieldValue {
  value?: string | null
  selected_user?: string | null
  selected_date?: string | null
}

export interface FilledForm extends FormAddress {
  reason: string
  ownerId: string | undefined
  /** As a date, such as 2026-12-24. */
  until: string | undefined
}

/** What somebody filled into that form; undefined for a form that is not ours. */
export function readFindingForm(view: {
  private_metadata: string
  state: { values: Record<string, Record<string, FieldValue>> }
}): FilledForm | undefined {
  const address = readAddress(view.private_metadata)
  if (!address) return undefined
  const value = (field: keyof typeof fields) => view.state.values[fields[field]]?.[fields[field]]
  return {
    ...address,
    reason: value('reason')?.value?.trim() ?? '',
    ownerId: value('owner')?.selected_user ?? undefined,
    until: value('until')?.selected_date ?? undefined,
  }
}

function readAddress(metadata: string): FormAddress | undefined {
  const read: unknown = JSON.parse(metadata || 'null')
  if (typeof read !== 'object' || read === null) return undefined
  const { reviewId, fingerprint, kind } = read as Record<string, unknown> // each is looked at below
  if (typeof reviewId !== 'string' || typeof fingerprint !== 'string') return undefined
  return kind === 'wont-fix' || kind === 'wrong' ? { reviewId, fingerprint, kind } : undefined
}

/** Reads what a finding's buttons carry, its review and its fingerprint; undefined for anything else. */
export function readFindingValue(value: string): FindingAddress | undefined {
  const [, reviewId, fingerprint] = /^([\w-]+)\/(\w+)$/.exec(value) ?? []
  return reviewId && fingerprint ? { reviewId, fingerprint } : undefined
}

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const input = <T>(block: string, label: string, element: T) => ({
  type: 'input' as const,
  block_id: block,
  label: plain(label),
  element,
})
