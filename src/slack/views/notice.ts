import type { ModalView } from '@slack/web-api'

/** One sentence where no message can be shown: on the Home tab, or in a form. */
export function renderNotice(text: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Architect' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 3000) } }],
  }
}
