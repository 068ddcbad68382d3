/** The package that a module stands for which a generator writes and no repository keeps; undefined for other names. */
export function generatedPackage(source: string, name: string): string | undefined {
  if (name !== 'PrismaClient' && !/(^|\/)(generated|prisma)\/(prisma|client|generated)\b/.test(source)) return undefined
  return name === 'default' || name === '*' ? '@prisma/client' : `@prisma/client.${name}`
}
