import { expect, test } from 'vitest'
import { readCodebase } from '../../../src/evidence/codebase.ts'
import { summariseAsyncWork, type AsyncSummary } from '../../../src/evidence/report/async-summary.ts'

const read = (files: Record<string, string>): AsyncSummary =>
  summariseAsyncWork(readCodebase(new Map(Object.entries(files))).asyncWork)

test('emitters: who listens is found through names, chains, properties and other modules', () => {
  const { emitters } = read({
    'a.js': `const { spawn } = require('child_process')
const net = require('net')
const { Pool } = require('pg')
const child = spawn('ls')
child.stdout.on('data', print)
child.on('exit', done).on('error', fail)
net.connect(80, 'host').once('error', fail).on('data', print)
exports.pool = new Pool()`,
    'b.js': `const { pool } = require('./a')
pool.on('error', log)`,
    'c.ts': `import { EventEmitter } from 'node:events'
class Bus { bus = new EventEmitter(); stop() { this.bus.emit('error', new Error('x')) } }
class Other { constructor() { this.bus = new EventEmitter() } }`,
  })
  expect(emitters).toEqual([
    { kind: 'child process', made: 'child_process.spawn', place: 'a.js:4', events: ['error', 'exit'] },
    { kind: 'socket', made: 'net.connect', place: 'a.js:7', events: ['data', 'error'] },
    { kind: 'pool', made: 'pg.Pool', place: 'a.js:8', events: ['error'] },
    { kind: 'own', made: 'events.EventEmitter', place: 'c.ts:2', events: [] },
    { kind: 'own', made: 'events.EventEmitter', place: 'c.ts:3', events: [] },
  ])
})

test('streams: what is piped, and what is written without waiting', () => {
  const { streams } = read({
    'a.js': `const fs = require('fs')
const { pipeline } = require('stream/promises')
function one(res) { fs.createReadStream('a').pipe(res) }
function two(res) { const s = fs.createReadStream('a'); s.on('error', fail); s.pipe(res) }
async function three(res) { await pipeline(fs.createReadStream('a'), res) }
function four(rows, res) { for (const row of rows) res.write(row) }
async function five(rows, res) { for (const row of rows) if (!res.write(row)) await once(res, 'drain') }
const schema = z.string().pipe(z.coerce.number())`,
  })
  expect(streams.map((stream) => [stream.kind, stream.target, stream.handlesErrors, stream.waits])).toEqual([
    ['pipe', 'res', false, true],
    ['pipe', 'res', true, true],
    ['pipeline', 'res', true, true],
    ['write', 'res', true, false],
    ['write', 'res', true, true],
  ])
})

test('queues and workers of five libraries, with what they are told', () => {
  const { queues } = read({
    'a.ts': `import { Queue, Worker } from 'bullmq'
import Bull from 'bull'
import amqp from 'amqplib'
import { Kafka } from 'kafkajs'
export const mail = new Queue('mail', { connection, defaultJobOptions: { attempts: 3 } })
const worker = new Worker('mail', send, { connection, concurrency: 5 })
worker.on('failed', report)
const old = new Bull('old')
old.on('error', report)
old.process(4, work)
const channel = await (await amqp.connect(url)).createChannel()
await channel.consume('jobs', work)
await new Kafka({}).consumer({ groupId: 'a' }).run({ eachMessage: work })`,
    'b.ts': `import { Processor, OnWorkerEvent } from '@nestjs/bullmq'
@Processor('video', { concurrency: 2 })
export class Video { async process(job) {} @OnWorkerEvent('failed') failed() {} }`,
  })
  expect(queues).toEqual([
    { library: 'bullmq', role: 'queue', name: 'mail', place: 'a.ts:5', attempts: 3, events: [] },
    { library: 'bullmq', role: 'worker', name: 'mail', place: 'a.ts:6', concurrency: 5, events: ['failed'] },
    { library: 'bull', role: 'queue', name: 'old', place: 'a.ts:8', events: ['error'] },
    { library: 'bull', role: 'worker', place: 'a.ts:10', concurrency: 4, events: ['error'] },
    { library: 'amqplib', role: 'worker', name: 'jobs', place: 'a.ts:12', events: [] },
    { library: 'kafkajs', role: 'worker', place: 'a.ts:13', events: [] },
    { library: 'bullmq', role: 'worker', name: 'video', place: 'b.ts:3', concurrency: 2, events: ['failed'] },
  ])
})

test('timers, threads, processes and what ends them', () => {
  const work = read({
    'a.js': `const cluster = require('cluster')
const { Worker } = require('worker_threads')
const cron = require('node-cron')
const timer = setInterval(tick, 1000)
setInterval(tick, 5000).unref()
setInterval(tick, 2000)
function stop() { clearInterval(timer); pool.end() }
cron.schedule('0 * * * *', tick)
cluster.fork()
new Worker('./w.js').on('error', fail)
process.once('SIGTERM', async () => { await server.close(); stop() })
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0))
process.on('unhandledRejection', (error) => console.error(error))`,
  })
  expect(work.timers.map((timer) => [timer.kind, timer.every, timer.stops])).toEqual([
    ['interval', '1000', true],
    ['interval', '5000', true],
    ['interval', '2000', false],
    ['schedule', '0 * * * *', false],
  ])
  expect(work.processes.map((item) => [item.kind, item.events])).toEqual([
    ['worker thread', ['error']],
    ['cluster', []],
  ])
  expect(work.processEvents).toEqual([
    { event: 'SIGTERM', place: 'a.js:11', closes: ['server.close', 'pool.end'], exits: false },
    { event: 'SIGINT', place: 'a.js:12', closes: [], exits: true },
    { event: 'SIGHUP', place: 'a.js:12', closes: [], exits: true },
    { event: 'unhandledRejection', place: 'a.js:13', closes: [], exits: false },
  ])
})

test('calls to other services, with their limits and retries', () => {
  const { outgoing } = read({
    'a.js': `const axios = require('axios')
const got = require('got')
axios.get(url)
axios.get(url, { timeout: 100 })
fetch(url, { signal: AbortSignal.timeout(5) })
got(url)`,
  })
  expect(outgoing.map((call) => [call.client, call.limited, call.retries])).toEqual([
    ['axios.get', false, false],
    ['axios.get', true, false],
    ['fetch', true, false],
    ['got', false, true],
  ])
})
