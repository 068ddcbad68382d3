/** Whether a path is one of settings that a service is started with, and not of an example of them. */
export function isDotenv(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    /^\.env(\.(?!example|sample|template|test|ci|e2e|dist|defaults?)[\w-]+)?$/.test(name) ||
    (/^[\w-]+\.env$/.test(name) && !/example|sample|template|test|dist|default|^(ci|e2e)\./i.test(name))
  )
}

/** Whether a value is locked with a key from elsewhere, as sops writes it: `ENC[AES256_GCM,data:…]`. */
export function isEncrypted(value: string): boolean {
  return value.startsWith('ENC[')
}

/** The settings such a file holds in the clear, each with its 1-based line. */
export function settingsIn(text: string): { name: string; value: string; line: number }[] {
  return text.split('\n').flatMap((row, index) => {
    const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?([^"'#\n]+)/.exec(row) ?? []
    return name === undefined || isEncrypted(value) ? [] : [{ name, value: value.trim(), line: index + 1 }]
  })
}
