import { type Logger as PinoLogger, pino } from 'pino'

export type Logger = PinoLogger

const secretShapes =
  /\b(?:xox[abeprs]-|xapp-|sk-ant-|gh[opsu]_|github_pat_|glpat-)[\w-]{6,}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|\bBearer\s+[\w.~+/-]{8,}=*/g

/** Replaces everything in `text` that has the shape of a credential by `[secret]`. */
function hideSecrets(text: string): string {
  return text.replace(secretShapes, '[secret]')
}

/** The root logger: JSON lines on standard output, with secret-shaped text removed from every line. */
export function createLog(level: string, write: (line: string) => void = (line) => process.stdout.write(line)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.token', '*.botToken', '*.authorization', '*.headers', '*.apiKey'],
    },
    { write: (line: string) => write(hideSecrets(line)) },
  )
}
