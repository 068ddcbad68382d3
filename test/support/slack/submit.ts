import { isObject } from './json.ts'
import type { Core } from './core.ts'
import { dispatch, interactionBase } from './interact.ts'
import type { Interaction } from './interact.ts'
import { fillInputs } from './fill-inputs.ts'
import { checkView } from './view-rules.ts'
import { shapeView } from './view-shape.ts'
import type { Installation, User, View } from './world.ts'

/** What came of a submission: the view closed, showed errors, or was replaced. */
export interface Submission extends Interaction {
  /** Sentences under inputs, by block_id, when the bot refused the values. */
  errors?: Record<string, string>
}

/** Fills a modal's inputs (by block_id or action_id) and presses its submit button. */
export async function submit(
  core: Core,
  user: User,
  view: View,
  values: Record<string, string | string[]>,
): Promise<Submission> {
  if (!view.isOpen || view.userId !== user.id) throw new Error(`${user.name} does not see that view`)
  view.values = fillInputs(view.content.blocks, values)
  const installation = needInstallation(core, view)
  const triggerId = core.triggers.issue(user.id, installation.team.id)
  const payload = {
    ...interactionBase(core, installation, user, 'view_submission'),
    trigger_id: triggerId,
    view: shapeView(core.world, view),
    response_urls: [],
  }
  const interaction = await dispatch(core, 'interactive', payload, { triggerId })
  return { ...interaction, ...applyAnswer(core, view, interaction) }
}

/** Closes a modal with its cross; the bot hears of it when it asked to. */
export async function close(core: Core, user: User, view: View): Promise<void> {
  view.isOpen = false
  if (view.content.notify_on_close !== true) return
  const payload = {
    ...interactionBase(core, needInstallation(core, view), user, 'view_closed'),
    view: shapeView(core.world, view),
    is_cleared: false,
  }
  await core.delivery.deliverOnce('interactive', payload)
}

function applyAnswer(core: Core, view: View, interaction: Interaction): { errors?: Record<string, string> } {
  if (interaction.error) return {}
  const ack = isObject(interaction.ack) ? interaction.ack : {}
  switch (ack.response_action) {
    case 'errors':
      return { errors: readErrors(view, ack.errors) }
    case 'update':
      view.content = checkView(ack.view, ['modal'])
      view.hash = `${view.hash}+`
      return {}
    case 'push':
      pushOnTop(core, view, ack.view)
      return {}
    case 'clear':
      closeStack(core, view)
      return {}
    default:
      view.isOpen = false
      return {}
  }
}

/** Slack shows an error only under an input block of that view; others make the submission fail. */
function readErrors(view: View, errors: unknown): Record<string, string> {
  const inputs = view.content.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
  const entries = isObject(errors) ? Object.entries(errors) : []
  const unknown = entries.find(([blockId]) => !inputs.includes(blockId))
  if (unknown) throw new Error(`the bot reported an error for ${unknown[0]}, which is no input of the view`)
  return Object.fromEntries(entries.map(([blockId, text]) => [blockId, String(text)]))
}

function pushOnTop(core: Core, below: View, content: unknown): void {
  const id = core.world.ids.next('V')
  core.world.views.push({
    ...below,
    id,
    previousViewId: below.id,
    content: checkView(content, ['modal']),
    values: {},
    hash: id,
  })
}

function closeStack(core: Core, view: View): void {
  for (const other of core.world.views) if (other.rootViewId === view.rootViewId) other.isOpen = false
}

function needInstallation(core: Core, view: View): Installation {
  const installation = core.world.installations.find((other) => other.team.id === view.teamId)
  if (!installation) throw new Error(`the app is not installed in ${view.teamId}`)
  return installation
}
