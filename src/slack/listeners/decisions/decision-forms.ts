import type { App } from '@slack/bolt'
import { decisionForms } from '../../views/decisions/acts.ts'
import type { DeskDeps } from './decision-desk.ts'

// What decisions need is not needed to start.
const load = () => import('./send-forms.ts')

/** The forms about decisions: what cannot be done stays in the form, with the sentence that says why. */
export function listenToDecisionForms(app: App, deps: DeskDeps): void {
  app.view(decisionForms.record, async (sent) => (await load()).sendRecord(sent, deps))
  app.view(decisionForms.note, async (sent) => (await load()).sendNote(sent, deps))
}
