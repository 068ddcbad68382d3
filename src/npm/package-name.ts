const allowed = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i

/** Whether a text can be the name of a package in a registry (docs.npmjs.com, package.json, name). */
export function isPackageName(text: string): boolean {
  return text.length <= 214 && allowed.test(text)
}

/** A name as it stands in the address of a registry. */
export function encodePackageName(name: string): string {
  return name.replace('/', '%2f')
}
