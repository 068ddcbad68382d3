import { integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export { alias, index, primaryKey, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** The column kinds the schema is written with; another engine supplies its own file with the same names. */
export const table = sqliteTable
export const string = (name: string) => text(name)
export const choice = <const T extends [string, ...string[]]>(name: string, values: T) => text(name, { enum: values })
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()
export const count = (name: string) => integer(name)
export const timestampMs = (name: string) => integer(name)
export const flag = (name: string) => integer(name, { mode: 'boolean' })
export const dollars = (name: string) => real(name)
export const serial = (name: string) => integer(name).primaryKey({ autoIncrement: true })
