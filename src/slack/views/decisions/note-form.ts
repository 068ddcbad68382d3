import type { ModalView } from '@slack/web-api'
import { decisionForms } from './acts.ts'

/** Acts that need a word or two more than a press. */
export type NotedAct = 'reject' | 'withdraw' | 'amend' | 'review' | 'supersede' | 'deprecate'

export interface NoteContext {
  act: NotedAct
  id: string
  version: number
  /** Where it was opened: who sends it may know what they may know there. */
  channelId: string
}

const words: Readonly<Record<NotedAct, { title: string; label: string; optional: boolean }>> = {
  reject: { title: 'Object', label: 'Why not? Everyone will read it.', optional: false },
  withdraw: { title: 'Withdraw', label: 'Why is it withdrawn?', optional: true },
  amend: { title: 'Amend', label: 'What is to be added? It stays below the decision with its date.', optional: false },
  review: { title: 'Still right', label: 'Look at it again by', optional: true },
  supersede: { title: 'Supersede', label: 'Number of the accepted decision that replaces it', optional: false },
  deprecate: { title: 'Deprecate', label: 'Why does it no longer hold?', optional: false },
}

/** The form for an act that needs a reason, a text, a day or a number. */
export function renderNoteForm(context: NoteContext, name: string): ModalView {
  const { title, label, optional } = words[context.act]
  const element =
    context.act === 'review'
      ? ({ type: 'datepicker', action_id: 'note' } as const)
      : ({
          type: 'plain_text_input',
          action_id: 'note',
          multiline: context.act !== 'supersede',
          max_length: 2000,
        } as const)
  return {
    type: 'modal',
    callback_id: decisionForms.note,
    private_metadata: JSON.stringify(context),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Save' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: name.slice(0, 2900) } },
      { type: 'input', block_id: 'note', optional, label: { type: 'plain_text', text: label }, element },
    ],
  }
}

/** What somebody noted, with what it is about; undefined for a form that is not ours. */
export function readNoteForm(view: {
  private_metadata: string
  state: {
    values: Record<string, Record<string, { value?: string | null; selected_date?: string | null }>>
  }
}): (NoteContext & { note: string }) | undefined {
  const read: unknown = JSON.parse(view.private_metadata || 'null')
  if (typeof read !== 'object' || read === null) return undefined
  const { act, id, version, channelId } = read as Record<string, unknown> // each is looked at below
  const known = (Object.keys(words) as NotedAct[]).find((each) => each === act) // the keys of the record above
  if (!known || typeof id !== 'string' || typeof version !== 'number' || typeof channelId !== 'string') return undefined
  const field = view.state.values.note?.note
  return { act: known, id, version, channelId, note: (field?.value ?? field?.selected_date ?? '').trim() }
}
