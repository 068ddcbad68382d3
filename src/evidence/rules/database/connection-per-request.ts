import type { Codebase } from '../../codebase.ts'
import { functionAround, isFunction, type Node } from '../../parse/ast.ts'
import { isKept, lineOf, onceInALife, purposeOf, requestOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'
import { clientsPerCall } from './connection-per-request/clients-per-call.ts'

const clients =
  /^(pg\.(Pool|Client)|pg\.native\.Pool|pg-promise\(\)|mysql2?(\.promise)?\.(createConnection|createPool)|mongodb\.MongoClient(\.connect)?|sequelize(\.Sequelize)?|knex(\.knex|\.default)?|ioredis(\.default|\.Redis)?|redis\.createClient|@prisma\/client\.PrismaClient|typeorm\.(createConnection|DataSource)|mongoose\.(connect|createConnection)|mssql\.(connect|ConnectionPool)|sqlite3\.(verbose\(\)\.)?Database|better-sqlite3|postgres)$/

export const connectionPerRequest: Rule = {
  id: 'connection-per-request',
  category: 'connection-per-request',
  severity: 'high',
  confidence: 'high',
  title: 'A database connection is made for each call',
  why: 'Connecting costs several round trips, and under load the server runs out of connections.',
  effects: {
    latency: 'A handshake for each call.',
    memory: 'A pool for each call that is never closed.',
    safety: 'The database refuses everyone when its limit is reached.',
  },
  fix: {
    say: 'Make one pool when the process starts and share it.',
    code: {
      Prisma: '// db.ts\nexport const prisma = new PrismaClient()',
      Mongoose: '// main.ts, before the server listens\nawait mongoose.connect(process.env.MONGODB_URL)',
      MySQL: '// db.ts\nexport const pool = mysql.createPool({ uri: process.env.DATABASE_URL, connectionLimit: 10 })',
      any: '// db.ts\nexport const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })',
    },
  },
  sources: [
    'https://node-postgres.com/features/pooling',
    'https://github.com/vitaly-t/pg-promise/wiki/Common-Mistakes',
  ],
  *find(codebase) {
    const pools = codebase.index.named(clients)
    for (const { call, file, name } of pools) {
      const around = functionAround(call)
      if (
        !around ||
        codebase.atStart.has(around) ||
        isKept(call, around, file) ||
        onceInALife.test(purposeOf(codebase, call)) ||
        isOnce(file.text.slice(Math.max(around.start, call.start - 200), call.end + 40))
      )
        continue
      if (!isNearRequest(call, codebase)) continue
      // To open a file costs no round trip.
      const severity = /sqlite/.test(name) ? 'medium' : 'high'
      yield {
        file,
        node: call,
        severity,
        ...(/mongo/i.test(name) ? { words: ofMongo } : {}),
        message: 'Each request makes a connection (or a pool) of its own.',
      }
      for (const site of codebase.calls.sitesOf(around)) {
        if (site.file !== file && requestOf(codebase, site.call) && site.file.kind === 'production')
          yield {
            file: site.file,
            node: site.call,
            // What is to be mended is told above.
            severity: 'info',
            message: `Each request makes a connection of its own here (${file.path}:${lineOf(call, file)}).`,
          }
      }
    }
    yield* clientsPerCall(codebase)
    const same = pools.filter(({ name, call }) => /^pg-promise\(\)$/.test(name) && !isFunction(call.arguments[0]))
    for (const { call, file } of same.slice(1)) {
      if (!requestOf(codebase, call))
        yield {
          file,
          node: call,
          severity: 'low',
          words: secondPool,
          message: 'A further pool for a database that already has one.',
        }
    }
  },
}

const secondPool: Words = {
  title: 'A database has several pools',
  why: 'Each pool opens connections up to its own limit, so that together they open more than was meant.',
  effects: {
    memory: 'Connections that another pool has idle are opened again.',
    maintenance: 'Limits, and what is set for a connection, have to be kept equal by hand.',
  },
}

/** `if (!pool) pool = …` and `pool ??= …` make it once. */
function isOnce(text: string): boolean {
  return /\?\?=|readyState|isConnected|if\s*\(\s*!\s*[\w.]*(pool|client|conn|db|cached|instance|prisma|redis)|globalThis|global\.|\|\|=/i.test(
    text,
  )
}

/** In a handler, or in a function that a handler calls: further away it is most often an application that starts. */
function isNearRequest(call: Node, codebase: Codebase): boolean {
  const around = functionAround(call)
  const sites = around ? codebase.calls.sitesOf(around).map((site) => site.call) : []
  return [call, ...sites].some((node) => {
    for (let at = functionAround(node); at; at = functionAround(at)) if (codebase.web.handlers.has(at)) return true
    return false
  })
}

const ofMongo: Words = {
  fix: {
    say: 'Connect once when the process starts, and share the client: it keeps a pool.',
    code: {
      any: '// db.ts\nexport const client = new MongoClient(process.env.MONGODB_URL)\nexport const db = client.db()',
    },
  },
}
