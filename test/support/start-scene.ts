import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { sharedAnalyst } from './shared-analyst.ts'
import { placeNewDatabase } from './temporary-store.ts'
import { startWorkspace, type Workspace, type WorkspaceOptions } from './start-workspace.ts'

export interface SceneOptions extends WorkspaceOptions {
  now?: () => number
  leaseMs?: number
  pollMs?: number
  digestTickMs?: number
}

/** A workspace with the bot running in it, over real sockets and a database of its own. */
export interface Scene extends Workspace {
  /** What the bot logged, line by line. */
  logged: string[]
  app: App
  /** Where the bot listens. */
  url: string
  stop(): Promise<void>
  restart(): Promise<void>
}

/** Starts the stand-ins and the real app. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const workspace = await startWorkspace(options)
  placeNewDatabase(workspace.env.ARCHITECT_DATA_DIR ?? '')
  const logged: string[] = []
  const log = createLog('debug', (line) => logged.push(line))
  const scene: Scene = {
    ...workspace,
    logged,
    app: undefined as unknown as App, // set by restart before anybody sees it
    url: '',
    async stop() {
      await scene.app[Symbol.asyncDispose]()
    },
    async restart() {
      scene.app = createApp(readConfig(scene.env), {
        log,
        analyst: sharedAnalyst,
        drainMs: 500,
        ...(options.now && { now: options.now }),
        ...(options.leaseMs && { leaseMs: options.leaseMs }),
        ...(options.pollMs && { pollMs: options.pollMs }),
        ...(options.digestTickMs && { digestTickMs: options.digestTickMs }),
      })
      const { port } = await scene.app.start()
      scene.url = `http://127.0.0.1:${port}`
      if (options.mode === 'http') scene.slack.connectHttp(`${scene.url}/slack/events`)
    },
    async [Symbol.asyncDispose]() {
      await scene.stop()
      await workspace[Symbol.asyncDispose]()
    },
  }
  await scene.restart()
  return scene
}
