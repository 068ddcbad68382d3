/** Thrown by readText when a body is longer than it may be. */
export class TextTooLongError extends TypeError {
  override name = 'TextTooLongError'
}

/** Reads a whole text body; throws TextTooLongError when it is longer than `maxBytes`, a TypeError when it is cut off. */
export async function readText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new TextTooLongError('The answer is too long', { cause: { bytes, maxBytes } })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
