import type { Overrides } from '../../src/app.ts'
import { type BotProcess, findFreePort, startProcess } from './start-process.ts'
import { startWorkspace, type Workspace, type WorkspaceOptions } from './start-workspace.ts'

/** A workspace whose bot is a process of its own: it can be killed, frozen and started again over the same database. */
export interface ProcessScene extends Workspace {
  /** The process started last. */
  bot: BotProcess
  /** Starts the bot, or another one beside it, and resolves when it is ready. */
  start(options?: { overrides?: Overrides; port?: number }): Promise<BotProcess>
}

/** Starts the stand-ins and the real process. */
export async function startProcessScene(
  options: WorkspaceOptions & { overrides?: Overrides } = {},
): Promise<ProcessScene> {
  const port = await findFreePort()
  const workspace = await startWorkspace(options)
  const started: BotProcess[] = []
  const scene: ProcessScene = {
    ...workspace,
    bot: undefined as unknown as BotProcess, // set by start before anybody sees it
    async start(again = {}) {
      const env = { ...workspace.env, PORT: String(again.port ?? port) }
      scene.bot = startProcess(env, again.overrides ?? options.overrides)
      started.push(scene.bot)
      await scene.bot.waitUntil('/readyz', 200)
      return scene.bot
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((bot) => bot[Symbol.asyncDispose]()))
      await workspace[Symbol.asyncDispose]()
    },
  }
  if (options.mode === 'http') workspace.slack.connectHttp(`http://127.0.0.1:${port}/slack/events`)
  await scene.start()
  return scene
}
