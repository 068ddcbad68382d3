/** A browser as far as an installation needs one: it keeps cookies and shows where it is sent. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  /** Opens an address without following where it leads. */
  async open(url: string, init: RequestInit = {}): Promise<{ status: number; location: string; text: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...(cookie && { cookie }) } })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: readable(await response.text()),
    }
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';')
    const [name = '', value = ''] = pair.split('=')
    const expired = attributes.some((attribute) => /expires=thu, 01 jan 1970/i.test(attribute))
    if (expired) this.#cookies.delete(name.trim())
    else this.#cookies.set(name.trim(), value)
  }
}

function readable(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
