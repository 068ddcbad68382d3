import * as z from 'zod'

export type VersionFacts = {
  /** What the authors say to those who install it. */
  deprecated?: string
  /** The range of Node.js versions it asks for. */
  node?: string
}

export type PackageFacts = {
  name: string
  tags: Readonly<Record<string, string>>
  versions: ReadonlyMap<string, VersionFacts>
  /** False when the registry's answer was too large and only the latest version is known. */
  complete: boolean
}

const versionDocument = z.object({
  deprecated: z.union([z.string(), z.boolean()]).optional().catch(undefined),
  engines: z
    .object({ node: z.string().max(200).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})
const packageDocument = z.object({
  'dist-tags': z.record(z.string(), z.string()).catch({}),
  versions: z.record(z.string(), z.unknown()).catch({}),
})
const singleVersion = z.object({ version: z.string() })

/** Reads the registry's document of a package, full or abbreviated; undefined when it is something else. */
export function readPackageDocument(name: string, value: unknown): PackageFacts | undefined {
  const parsed = packageDocument.safeParse(value)
  if (!parsed.success) return undefined
  const versions = new Map(Object.entries(parsed.data.versions).map(([version, facts]) => [version, readFacts(facts)]))
  return { name, tags: parsed.data['dist-tags'], versions, complete: true }
}

/** Reads the registry's document of one version; undefined when it is something else. */
export function readVersionDocument(value: unknown): { version: string; facts: VersionFacts } | undefined {
  const parsed = singleVersion.safeParse(value)
  return parsed.success ? { version: parsed.data.version, facts: readFacts(value) } : undefined
}

function readFacts(value: unknown): VersionFacts {
  const parsed = versionDocument.safeParse(value)
  if (!parsed.success) return {}
  const { deprecated, engines } = parsed.data
  const reason = deprecated === true ? 'deprecated by its authors' : deprecated || undefined
  return {
    ...(reason !== undefined && { deprecated: reason.replace(/\s+/g, ' ').trim().slice(0, 300) }),
    ...(engines?.node !== undefined && { node: engines.node }),
  }
}
