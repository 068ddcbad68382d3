import { App, HTTPReceiver, LogLevel } from '@slack/bolt'

// The peer: Bolt as it comes, with one listener that does nothing. It asks nobody and stores nothing.
const receiver = new HTTPReceiver({ signingSecret: process.env.SLACK_SIGNING_SECRET ?? '', logLevel: LogLevel.ERROR })
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: 'xoxb-0', botId: 'B0', botUserId: 'U0' }),
})
app.event('app_mention', async () => {})
await app.start(Number(process.env.PORT))
process.on('message', () => process.send?.({ rss: process.memoryUsage.rss() }))
process.send?.({ ready: true })
