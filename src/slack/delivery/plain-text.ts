/** The first `maxChars` characters of an answer without Markdown's marks, for notifications and screen readers; never empty. */
export function plainText(markdown: string, maxChars: number): string {
  const text = markdown
    .replaceAll(/^\s*(?:```|~~~).*$/gm, '')
    .replaceAll(/^\s*(?:#{1,6}|>)\s+/gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|__|~~)/g, '')
    // Slack makes a link of every address in this text, also of one that the message itself shows as code.
    .replaceAll(/\bhttps?:\/\//gi, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  const short = text.length > maxChars ? `${text.slice(0, maxChars - 1).toWellFormed()}…` : text
  return short === '' ? '…' : escapeControls(short)
}

function escapeControls(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
