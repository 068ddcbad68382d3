/** A line of text without what an editor or formatter changes: spaces, quote style, trailing commas, semicolons and brackets. */
export function plainLine(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replace(/['`]/g, '"')
    .replace(/[,;{}[\]]+$/, '')
}
