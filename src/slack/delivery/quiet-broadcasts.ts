/** A word joiner after the sign keeps `@channel` and its like readable and silent; also in longer words, which may yet be cut. */
export function quietBroadcasts(text: string): string {
  return text.replace(/(?<![a-z0-9])@(?=channel|here|everyone|group)/gi, '@\u2060')
}
