import type { Json, View, World } from './world.ts'

/** A view as the Web API and interaction payloads carry it. */
export function shapeView(world: World, view: View): Json {
  const { content } = view
  const installation = world.installations.find((other) => other.team.id === view.teamId)
  return {
    id: view.id,
    team_id: view.teamId,
    type: content.type,
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? '',
    callback_id: content.callback_id ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: content.title ?? null,
    clear_on_close: content.clear_on_close ?? false,
    notify_on_close: content.notify_on_close ?? false,
    close: content.close ?? null,
    submit: content.submit ?? null,
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: world.appId,
    external_id: content.external_id ?? '',
    app_installed_team_id: view.teamId,
    bot_id: installation?.botId,
  }
}
