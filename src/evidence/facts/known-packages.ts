/** Web frameworks by package name, in the order in which a project's main framework is chosen. */
export const frameworks: Readonly<Record<string, string>> = {
  '@nestjs/core': 'NestJS',
  fastify: 'Fastify',
  express: 'Express',
  egg: 'Egg',
  koa: 'Koa',
  hono: 'Hono',
  '@hapi/hapi': 'hapi',
  hapi: 'hapi',
  restify: 'restify',
  sails: 'Sails',
  '@adonisjs/core': 'AdonisJS',
  '@loopback/core': 'LoopBack',
  '@feathersjs/feathers': 'Feathers',
  '@trpc/server': 'tRPC',
  '@apollo/server': 'Apollo Server',
  'apollo-server': 'Apollo Server',
  'apollo-server-express': 'Apollo Server',
  'graphql-yoga': 'GraphQL Yoga',
  next: 'Next.js',
}

/** Data clients and mappers by package name. */
export const dataClients: Readonly<Record<string, string>> = {
  '@prisma/client': 'Prisma',
  typeorm: 'TypeORM',
  mongoose: 'Mongoose',
  sequelize: 'Sequelize',
  knex: 'Knex',
  'drizzle-orm': 'Drizzle',
  '@mikro-orm/core': 'MikroORM',
  objection: 'Objection',
  kysely: 'Kysely',
  pg: 'pg',
  'pg-promise': 'pg-promise',
  postgres: 'postgres',
  mysql2: 'mysql2',
  mysql: 'mysql',
  mongodb: 'mongodb',
  'better-sqlite3': 'better-sqlite3',
  sqlite3: 'sqlite3',
  mssql: 'mssql',
  ioredis: 'ioredis',
  redis: 'redis',
  '@elastic/elasticsearch': 'Elasticsearch',
  '@aws-sdk/client-dynamodb': 'DynamoDB',
}

/** Test runners by package name. */
export const testRunners: Readonly<Record<string, string>> = {
  vitest: 'Vitest',
  jest: 'Jest',
  mocha: 'Mocha',
  ava: 'AVA',
  tap: 'tap',
  jasmine: 'Jasmine',
  uvu: 'uvu',
  '@japa/runner': 'Japa',
  '@playwright/test': 'Playwright',
  cypress: 'Cypress',
}

/** Lock files by name, with the package manager that writes each. */
export const lockfiles: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lockb': 'bun',
  'bun.lock': 'bun',
}
