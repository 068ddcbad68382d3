export type Manifest = {
  path: string
  name?: string
  private: boolean
  type: 'module' | 'commonjs'
  typeDeclared: boolean
  main?: string
  bin: readonly string[]
  scripts: Readonly<Record<string, string>>
  engines: Readonly<Record<string, string>>
  packageManager?: string
  workspaces: readonly string[]
  dependencies: Readonly<Record<string, string>>
  devDependencies: Readonly<Record<string, string>>
  jest: boolean
}

/** Reads one package.json text; returns undefined when it is not a JSON object, never throws. */
export function readManifest(path: string, text: string): Manifest | undefined {
  const json = parseObject(text)
  if (!json) return undefined
  const name = asString(json['name'])
  const main = asString(json['main'])
  const packageManager = asString(json['packageManager'])
  return {
    path,
    ...(name === undefined ? {} : { name }),
    private: json['private'] === true,
    type: json['type'] === 'module' ? 'module' : 'commonjs',
    typeDeclared: json['type'] !== undefined,
    ...(main === undefined ? {} : { main }),
    bin: typeof json['bin'] === 'string' ? [json['bin']] : Object.values(strings(json['bin'])),
    scripts: strings(json['scripts']),
    engines: strings(json['engines']),
    ...(packageManager === undefined ? {} : { packageManager }),
    workspaces: workspacePatterns(json['workspaces']),
    dependencies: { ...strings(json['optionalDependencies']), ...strings(json['dependencies']) },
    devDependencies: strings(json['devDependencies']),
    jest: json['jest'] !== undefined,
  }
}

/** Parses a JSON text that should hold an object; returns undefined for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether parsed JSON is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function strings(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries)
}

function workspacePatterns(value: unknown): string[] {
  const list = isObject(value) ? value['packages'] : value
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}
