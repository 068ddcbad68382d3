const own =
  /\bcurrent_?user_?id\b|\bsession\.get\(\s*['"]user_?id|\b(req|request|ctx|context)\.[\w.?]*(user|auth|session)\b[\w.?]*(id|sub)\b|\b(require|get|current)\w*Id\(\s*(req|request|ctx|context|c)\s*\)/i

/** Whether a lookup asks for the caller's own row, which signing in has just found. */
export function picksCaller(lookup: string): boolean {
  return own.test(lookup)
}
