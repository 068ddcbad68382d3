import { App, LogLevel } from '@slack/bolt'

// The peer: the app of Bolt's own guide for HTTP, with a listener that does nothing. It keeps nothing of what it is sent.
const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? '' },
  logLevel: LogLevel.ERROR,
})
app.event('app_mention', async () => {})
await app.start(Number(process.env.PORT))
process.on('message', () => process.send?.({ rss: process.memoryUsage.rss() }))
process.send?.({ ready: true })
