import type { Entity } from './entities.ts'

/** Models of Prisma's schema files, one for each `model` block, with what indexes and relates their fields. */
export function prismaModels(texts: ReadonlyMap<string, string>): Entity[] {
  const files = [...texts].filter(([path]) => path.endsWith('.prisma'))
  const names = new Set(
    files.flatMap(([, text]) => [...text.matchAll(/^model\s+(\w+)/gm)].map((match) => match[1] ?? '')),
  )
  return files.flatMap(([path, text]) => modelsIn(path, text, names))
}

function modelsIn(path: string, text: string, names: ReadonlySet<string>): Entity[] {
  const makesIndexes = /provider\s*=\s*"mysql"/.test(text) && !/relationMode\s*=\s*"prisma"/.test(text)
  return [...text.matchAll(/^model\s+(\w+)\s*\{\n([\s\S]*?)^\}/gm)].map((match): Entity => {
    const body = match[2] ?? ''
    const first = text.slice(0, match.index).split('\n').length + 1
    const keys = new Set([...body.matchAll(/@relation\([^)]*fields:\s*\[\s*(\w+)\s*\]/g)].map((found) => found[1]))
    const leading = new Set(
      [...body.matchAll(/@@(?:index|unique|id)\(\s*(?:fields:\s*)?\[\s*(\w+)/g)].map((found) => found[1]),
    )
    const together = [...body.matchAll(/@@(?:unique|id)\(\s*(?:fields:\s*)?\[([^\]]*)\]/g)]
      .map((found) => found[1])
      .join()
    const fields = body.split('\n').flatMap((row, index) => {
      const field = /^\s*(\w+)\s+(\w+)(\?|\[\])?(.*)$/.exec(row)
      if (!field?.[1] || /^\s*(\/\/|@@)/.test(row)) return []
      const name = field[1]
      return [
        {
          name,
          line: first + index,
          indexed: /@id\b|@unique\b/.test(row) || leading.has(name),
          unique: /@id\b|@unique\b/.test(row) || new RegExp(`\\b${name}\\b`).test(together),
          hidden: false,
          type: row.trim(),
          ...(keys.has(name) && !makesIndexes ? { foreignKey: true as const } : {}),
          ...(names.has(field[2] ?? '') ? { relation: true as const } : {}),
        },
      ]
    })
    return { name: match[1] ?? '', kind: 'prisma', file: { path, text }, fields, indexes: '' }
  })
}
