import { Refusal } from '../refusal.ts'
import { shapeView } from '../view-shape.ts'
import { checkView } from '../view-rules.ts'
import type { View } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

/** Slack shows at most three modals on top of each other. */
const MAX_STACK = 3

export const openView: WebMethod = (call) => {
  const content = checkView(call.args.json('view', 'invalid_arguments'), ['modal'])
  const { userId } = spendTrigger(call)
  for (const view of openViews(call, userId)) view.isOpen = false
  const view = createView(call, userId, content)
  return { view: shapeView(call.world, view) }
}

export const pushView: WebMethod = (call) => {
  const content = checkView(call.args.json('view', 'invalid_arguments'), ['modal'])
  const { userId } = spendTrigger(call)
  const stack = openViews(call, userId)
  if (stack.length >= MAX_STACK) throw new Refusal('push_limit_reached')
  const view = createView(call, userId, content, stack.at(-1))
  return { view: shapeView(call.world, view) }
}

export const updateView: WebMethod = (call) => {
  const content = checkView(call.args.json('view', 'invalid_arguments'), ['modal', 'home'])
  const view = findUpdatedView(call)
  const hash = call.args.text('hash')
  if (hash !== undefined && hash !== '' && hash !== view.hash) throw new Refusal('hash_conflict')
  view.content = content
  view.hash = newHash(call)
  return { view: shapeView(call.world, view) }
}

export const publishView: WebMethod = (call) => {
  const content = checkView(call.args.json('view', 'invalid_arguments'), ['home'])
  const userId = call.args.need('user_id')
  const user = call.world.users.get(userId)
  if (!user || user.teamId !== call.installation.team.id) throw new Refusal('user_not_found')
  const key = `${call.installation.team.id}:${userId}`
  const known = call.world.homes.get(key)
  const hash = call.args.text('hash')
  if (hash !== undefined && hash !== '' && known && hash !== known.hash) throw new Refusal('hash_conflict')
  const view = known ?? newView(call, userId, content)
  view.content = content
  view.hash = newHash(call)
  call.world.homes.set(key, view)
  return { view: shapeView(call.world, view) }
}

function spendTrigger(call: Call): { userId: string } {
  const id = call.args.text('trigger_id') ?? call.args.need('interactivity_pointer')
  return call.core.triggers.spend(id, call.installation.team.id)
}

function findUpdatedView(call: Call): View {
  const id = call.args.text('view_id')
  const externalId = call.args.text('external_id')
  if (id === undefined && externalId === undefined) throw new Refusal('invalid_arguments')
  const all = [...call.world.views.filter((view) => view.isOpen), ...call.world.homes.values()]
  const view = all.find((other) => (id === undefined ? other.content.external_id === externalId : other.id === id))
  if (!view || view.teamId !== call.installation.team.id) throw new Refusal('not_found')
  return view
}

function openViews(call: Call, userId: string): View[] {
  return call.world.views.filter((view) => view.isOpen && view.userId === userId)
}

function createView(call: Call, userId: string, content: View['content'], below?: View): View {
  const external = content.external_id
  const isTaken =
    external !== undefined &&
    external !== '' &&
    call.world.views.some((view) => view.isOpen && view.content.external_id === external)
  if (isTaken) throw new Refusal('duplicate_external_id')
  const view = newView(call, userId, content, below)
  call.world.views.push(view)
  return view
}

function newView(call: Call, userId: string, content: View['content'], below?: View): View {
  const id = call.world.ids.next('V')
  return {
    id,
    teamId: call.installation.team.id,
    userId,
    hash: newHash(call),
    rootViewId: below?.rootViewId ?? id,
    ...(below && { previousViewId: below.id }),
    content,
    values: {},
    isOpen: true,
  }
}

function newHash(call: Call): string {
  return `${Math.floor(call.nowMs / 1000)}.${call.world.ids.next('')}`
}
