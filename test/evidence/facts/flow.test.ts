import { expect, test } from 'vitest'
import { readCodebase } from '../../../src/evidence/codebase.ts'

/** Traces the argument of `sink(...)` and says where it comes from. */
function traceSink(files: Record<string, string>): string | undefined {
  const codebase = readCodebase(new Map(Object.entries(files)))
  for (const file of codebase.production) {
    const call = file.calls.find((item) => item.callee.type === 'Identifier' && item.callee.name === 'sink')
    const argument = call?.arguments[0]
    if (!argument) continue
    const trace = codebase.flow.trace(argument, file)
    return trace && [trace.kind, ...trace.keys].join('.')
  }
  return undefined
}

const express = (body: string): Record<string, string> => ({
  'app.js': `const express = require('express')\nexpress().post('/', (req, res) => {\n${body}\n})`,
})

test.each([
  ['a field', 'sink(req.body.name)', 'body.name'],
  ['destructuring with a new name', 'const { user: { name: n } } = req.body\nsink(n)', 'body.user.name'],
  ['a template', 'const text = `a ${req.query.q}`\nsink(text.trim())', 'query.q'],
  ['concatenation and reassignment', 'let sql = "a"\nsql += req.params.id\nsink(sql)', 'params.id'],
  ['a property of an object', 'const o = { a: req.body.a, b: 1 }\nsink(o.a)', 'body.a'],
  ['another property of it', 'const o = { a: req.body.a, b: 1 }\nsink(o.b)', undefined],
  ['a property written later', 'const o = {}\no.a = req.body.a\nsink(o)', 'body.a'],
  ['an item of a list', 'for (const item of req.body.items) sink(item.id)', 'body.items.id'],
  ['a callback over a list', 'req.body.items.forEach((item) => sink(item))', 'body.items'],
  ['JSON inside a field', 'sink(JSON.parse(req.body.data))', 'body.data'],
  ['a header by method', "sink(req.get('host'))", 'headers'],
  ['a cookie', 'sink(req.cookies.id)', 'cookies.id'],
  ['a number', 'sink(Number(req.body.n))', undefined],
  ['a length', 'sink(req.body.list.length)', undefined],
  ['a test', "sink(req.body.name.includes('a'))", undefined],
  ['a hash', "sink(require('crypto').createHash('sha256').update(req.body.a).digest('hex'))", undefined],
  ['a lookup by the input', 'sink(table.find({ id: req.body.id }))', undefined],
])('%s', (_, body, expected) => {
  expect(traceSink(express(body))).toBe(expected)
})

test('through a function of another module and back', () => {
  const files = {
    'app.js': `const express = require('express')
const { build } = require('./build')
express().get('/', (req, res) => sink(build('x', req.query.q)))`,
    'build.js': 'exports.build = (prefix, text) => prefix + clean(text)\nconst clean = (text) => text.trim()',
  }
  expect(traceSink(files)).toBe('query.q')
})

test('into a method of a class that a handler calls', () => {
  const files = {
    'app.js': `import express from 'express'
import { Users } from './users.js'
const users = new Users()
express().get('/:id', (req, res) => users.load(req.params.id))`,
    'users.js': 'export class Users {\n  load(id) {\n    return sink(id)\n  }\n}',
  }
  expect(traceSink(files)).toBe('params.id')
})

test('NestJS, Fastify, Koa, Hono, GraphQL and sockets', () => {
  expect(
    traceSink({
      'a.ts': `import { Body, Controller, Post } from '@nestjs/common'
@Controller() export class A { @Post() b(@Body('name') name: string) { sink(name) } }`,
    }),
  ).toBe('body')
  expect(
    traceSink({
      'a.ts': `import fastify from 'fastify'
fastify().get('/', async (request) => sink(request.query.a))`,
    }),
  ).toBe('query.a')
  expect(
    traceSink({
      'a.js': `const Router = require('@koa/router')
new Router().post('/', async (ctx) => sink(ctx.request.body.a))`,
    }),
  ).toBe('body.a')
  expect(
    traceSink({
      'a.ts': `import { Hono } from 'hono'
new Hono().get('/', (c) => sink(c.req.query('a')))`,
    }),
  ).toBe('query')
  expect(traceSink({ 'a.js': 'module.exports = { Query: { user: (parent, args) => sink(args.id) } }' })).toBe(
    'arguments.id',
  )
  expect(traceSink({ 'a.js': "io.on('connection', (socket) => { socket.on('say', (text) => sink(text)) })" })).toBe(
    'message',
  )
})

test('recursion and long chains end', () => {
  const chain = Array.from({ length: 200 }, (_, index) => `const f${index} = (x) => f${index + 1}(x)`).join('\n')
  expect(traceSink(express(`const again = (x) => again(x)\nsink(again(req.body.a))\n${chain}`))).toBeUndefined()
})
