import type { ModalView } from '@slack/web-api'
import { actionIds } from './action-ids.ts'

const block = 'reason'
const field = 'text'

/** The form that asks why an answer did not help; sending it empty is fine. */
export function renderReasonForm(runId: string): ModalView {
  return {
    type: 'modal',
    callback_id: actionIds.feedbackReason,
    private_metadata: runId,
    title: { type: 'plain_text', text: 'What went wrong?' },
    submit: { type: 'plain_text', text: 'Send' },
    close: { type: 'plain_text', text: 'Skip' },
    blocks: [
      {
        type: 'input',
        block_id: block,
        optional: true,
        label: { type: 'plain_text', text: 'What should the answer have said?' },
        element: { type: 'plain_text_input', action_id: field, multiline: true, max_length: 1000 },
      },
    ],
  }
}

/** The reason somebody typed into that form; empty when they typed none. */
export function readReason(view: {
  state: { values: Record<string, Record<string, { value?: string | null }>> }
}): string {
  return view.state.values[block]?.[field]?.value?.trim() ?? ''
}
