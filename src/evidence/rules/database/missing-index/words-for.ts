import type { Entity } from '../../../facts/entities.ts'
import type { Words } from '../../rule.ts'
import type { Field } from './fields.ts'

/** What is said of a column that several rows may share, and how its kind of model declares an index. */
export function wordsFor(field: Field, { kind, name }: Entity, title?: string): Words {
  return {
    ...(title === undefined ? {} : { title }),
    why: 'Without it every row is read for each lookup, join or cascade.',
    effects: { latency: 'Grows with the number of rows.' },
    fix: { say: 'Declare an index that starts with the field.', code: { any: declared(kind, name, field.name) } },
  }
}

function declared(kind: Entity['kind'], table: string, field: string): string {
  switch (kind) {
    case 'mongoose':
      return `schema.index({ ${field}: 1 })`
    case 'sequelize':
      return `indexes: [{ fields: ['${field}'] }]`
    case 'typeorm':
      return '@Index()'
    case 'drizzle':
      return `(table) => [index('${table}_${field}_idx').on(table.${field})]`
    case 'prisma':
      return `@@index([${field}])`
    case 'sql':
      return `CREATE INDEX ${table}_${field}_idx ON ${table} (${field});`
    default:
      return kind satisfies never
  }
}

/** What is said of a name by which people sign in: of each there is one. */
export function uniqueWords({ name }: Field, { kind, name: table }: Entity): Words {
  const codes: Readonly<Partial<Record<Entity['kind'], string>>> = {
    sequelize: `${name}: { type: DataTypes.STRING, unique: true }`,
    typeorm: '@Column({ unique: true })',
    drizzle: `${name}: text().notNull().unique()`,
    prisma: `${name} String @unique`,
    sql: `CREATE UNIQUE INDEX ${table}_${name}_idx ON ${table} (${name});`,
  }
  const code = codes[kind]
  return code === undefined ? {} : { fix: { say: 'Declare it with the field, unique.', code: { any: code } } }
}
