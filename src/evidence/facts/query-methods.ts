/** What a database call does; `sync` changes the schema. */
export type QueryKind =
  | 'find-many'
  | 'find-one'
  | 'insert'
  | 'insert-many'
  | 'update'
  | 'delete'
  | 'raw'
  | 'count'
  | 'sync'

/** What a method does, and how much its name alone proves. */
export type Method = [kind: QueryKind, strength: 'sure' | 'model' | 'sql' | 'builder']

/** `sure`: the name alone tells; `model`: the receiver must look like a model, table or collection; `sql`: like a client; `builder`: it is one of Knex. */
export const queryMethods: Readonly<Record<string, Method>> = {
  findAll: ['find-many', 'sure'],
  findMany: ['find-many', 'sure'],
  findAndCountAll: ['find-many', 'sure'],
  findAndCount: ['find-many', 'sure'],
  select: ['find-many', 'sql'],
  find: ['find-many', 'model'],
  findBy: ['find-many', 'model'],
  aggregate: ['find-many', 'model'],
  distinct: ['find-many', 'model'],
  scan: ['find-many', 'model'],
  findOne: ['find-one', 'sure'],
  findOneBy: ['find-one', 'sure'],
  findOneOrFail: ['find-one', 'sure'],
  findById: ['find-one', 'sure'],
  findByPk: ['find-one', 'sure'],
  findUnique: ['find-one', 'sure'],
  findUniqueOrThrow: ['find-one', 'sure'],
  findFirst: ['find-one', 'sure'],
  findFirstOrThrow: ['find-one', 'sure'],
  findOrCreate: ['insert', 'sure'],
  exists: ['find-one', 'model'],
  create: ['insert', 'model'],
  insert: ['insert', 'model'],
  insertOne: ['insert', 'sure'],
  save: ['insert', 'model'],
  upsert: ['insert', 'model'],
  insertMany: ['insert-many', 'sure'],
  bulkCreate: ['insert-many', 'sure'],
  bulkWrite: ['insert-many', 'sure'],
  createMany: ['insert-many', 'sure'],
  update: ['update', 'model'],
  updateOne: ['update', 'sure'],
  updateMany: ['update', 'sure'],
  findByIdAndUpdate: ['update', 'sure'],
  findOneAndUpdate: ['update', 'sure'],
  findOneAndReplace: ['update', 'sure'],
  findAndModify: ['update', 'sure'],
  replaceOne: ['update', 'sure'],
  increment: ['update', 'model'],
  decrement: ['update', 'model'],
  destroy: ['delete', 'model'],
  delete: ['delete', 'model'],
  remove: ['delete', 'model'],
  deleteOne: ['delete', 'sure'],
  deleteMany: ['delete', 'sure'],
  findByIdAndDelete: ['delete', 'sure'],
  findByIdAndRemove: ['delete', 'sure'],
  findOneAndDelete: ['delete', 'sure'],
  softDelete: ['delete', 'sure'],
  del: ['delete', 'builder'],
  first: ['find-one', 'builder'],
  pluck: ['find-many', 'builder'],
  count: ['count', 'model'],
  countDocuments: ['count', 'sure'],
  query: ['raw', 'sql'],
  execute: ['raw', 'sql'],
  raw: ['raw', 'sql'],
  $queryRawUnsafe: ['raw', 'sure'],
  $executeRawUnsafe: ['raw', 'sure'],
  one: ['raw', 'sql'],
  none: ['raw', 'sql'],
  many: ['raw', 'sql'],
  any: ['raw', 'sql'],
  oneOrNone: ['raw', 'sql'],
  manyOrNone: ['raw', 'sql'],
  all: ['raw', 'sql'],
  get: ['raw', 'sql'],
  run: ['raw', 'sql'],
  each: ['raw', 'sql'],
  exec: ['raw', 'sql'],
  unsafe: ['raw', 'sql'],
  prepare: ['raw', 'sql'],
  whereRaw: ['raw', 'sql'],
  orderByRaw: ['raw', 'sql'],
  havingRaw: ['raw', 'sql'],
  joinRaw: ['raw', 'sql'],
  literal: ['raw', 'sql'],
  sync: ['sync', 'sql'],
}

/** The packages whose clients ask a database. */
export const clientPackages =
  /^(mongoose|sequelize|typeorm|@nestjs\/(typeorm|mongoose|sequelize)|@prisma\/client|knex|drizzle-orm|pg|pg-promise|postgres|mysql2?|mongodb|better-sqlite3|sqlite3?|mssql|objection|@mikro-orm|kysely|mongoist|mongojs|monk|marsdb|(@seald-io\/)?nedb(-promises)?|@supabase)\b/
