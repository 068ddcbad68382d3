/** Reads a whole text body; throws a TypeError with a cause when it is longer than `maxBytes` or cut off. */
export async function readText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new TypeError('The answer is too long', { cause: { bytes, maxBytes } })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
