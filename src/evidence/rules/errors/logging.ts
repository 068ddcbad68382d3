const logs =
  /\b(console|\w*[lL]ogger|LOGGER|[lL]og|LOG|debug|winston|[sS]entry|rollbar|bugsnag|newrelic)\b|\b(log|report|notify|track|capture)([A-Z]\w*)?\(/

/** Whether code writes something to a log or tells a monitor, by the names it calls. */
export function writesDown(text: string): boolean {
  return logs.test(text)
}
