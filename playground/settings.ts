import { type Config, readConfig } from '../src/config.ts'
import { workspace } from './local-workspace.ts'

export interface Places {
  /** Where the bot keeps its database. */
  folder: string
  slackUrl: string
  gitHubUrl: string
}

/** The bot's settings in the local workspace: those of `env` that concern the model and GitHub, and everything else made up. */
export function configureForTrying(
  env: Record<string, string | undefined>,
  { folder, slackUrl, gitHubUrl }: Places,
): Config {
  const ours = Object.entries(env).filter(([name]) => /^(ANTHROPIC|ARCHITECT|GITHUB|NPM)_/.test(name))
  return readConfig({
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
    ...Object.fromEntries(ours),
    SLACK_API_URL: `${slackUrl}/api/`,
    SLACK_BOT_TOKEN: workspace.app.botToken,
    SLACK_APP_TOKEN: workspace.app.appToken,
    SLACK_BLOCKS: 'classic',
    GITHUB_API_URL: gitHubUrl,
    ARCHITECT_DATA_DIR: folder,
    PORT: '0',
    HOST: '127.0.0.1',
  })
}
