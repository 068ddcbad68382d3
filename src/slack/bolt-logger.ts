import { type Logger as BoltLogger, LogLevel } from '@slack/bolt'
import type { Logger } from '../log.ts'

/** Bolt's own log lines in ours: warnings and errors only, since its debug level prints whole payloads. */
export function quietBoltLogger(log: Logger): BoltLogger {
  const say =
    (write: (message: string) => void) =>
    (...parts: unknown[]) =>
      write(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '))
  return {
    debug: () => {},
    info: () => {},
    warn: say((message) => log.warn(message)),
    error: say((message) => log.error(message)),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  }
}
