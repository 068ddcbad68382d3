import { LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import type { SlackOptions } from '../../support/slack/settings.ts'
import type { Slack } from '../../support/slack/slack.ts'
import { startSlack } from '../../support/slack/start-slack.ts'

const ignore = (): void => undefined

/** Refusals are what these tests look for, so nobody needs to read of them. */
const silent = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => LogLevel.ERROR,
}

export async function useSlack(options: SlackOptions = {}): Promise<Slack> {
  const slack = await startSlack(options)
  onTestFinished(() => slack[Symbol.asyncDispose]())
  return slack
}

/** The real client of @slack/web-api, without its retries. */
export function connectClient(slack: Slack, token = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: silent,
    rejectRateLimitedCalls: true,
  })
}

/** The error code a refused call was answered with, or `ok`. */
export async function answerOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error
    throw error
  }
}
