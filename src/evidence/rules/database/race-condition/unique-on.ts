import type { Words } from '../../rule.ts'

/** The index that refuses a second row with the same values in some fields, and what its error is answered with. */
export function uniqueOn(names: readonly string[], subject = 'rows'): Words {
  const fields = names.filter((name) => /^\w+$/.test(name))
  if (fields.length === 0 || fields.length !== names.length) return {}
  const quoted = fields.map((name) => `'${name}'`).join(', ')
  const table = /^\w+$/.test(subject) ? subject : 'rows'
  const taken = (code: string) =>
    `\n\n// where it is written\nif (${code}) return res.status(409).json({ error: 'taken' })\nthrow error`
  return {
    fix: {
      say: 'Let a unique index refuse the second, and answer its error as taken; what is there twice already has to be cleared first.',
      code: {
        Mongoose: `schema.index({ ${fields.map((name) => `${name}: 1`).join(', ')} }, { unique: true })${taken('error.code === 11000')}`,
        Prisma: `@@unique([${fields.join(', ')}])\n// P2002: if (error.code === 'P2002') return res.status(409).json({ error: 'taken' })`,
        TypeORM: `@Index([${quoted}], { unique: true })`,
        Sequelize: `indexes: [{ unique: true, fields: [${quoted}] }]`,
        any: `CREATE UNIQUE INDEX ${table}_once ON ${table} (${fields.join(', ')});`,
      },
    },
  }
}
