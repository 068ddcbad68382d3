/** Words of a function whose reads and writes are held together. */
export const locked = /transaction|\block|\$tx\b|\btrx\b|(?<!(req|request|ctx|socket)\.)\bsession\b/i
