import type { Rule } from '../../rule.ts'

/** What to write instead, for each kind of mistake. */
export const remedies = {
  anyErrorStatus: {
    say: 'Give a status for errors that bring none.',
    code: { any: 'res.status(error.status ?? 500).json({ error: message })' },
  },
  assignedConstants: {
    say: 'Declare the name with `let`.',
    code: { any: "let message = 'Saved.'\nif (left.length > 0) message += ` ${left.length} are left.`" },
  },
  bitwiseText: { say: 'Use the logical operator.', code: { any: "const name = given || 'nobody'" } },
  callbackTwice: {
    say: 'Leave the function where the callback has been called.',
    code: { any: 'if (error) return callback(error)\ncallback(null, rows)' },
  },
  clearedCookies: {
    say: 'Clear the cookie by the name it is set with.',
    code: { any: "res.cookie('token', token, options)\nres.clearCookie('token', options)" },
  },
  codesAsStatuses: {
    say: 'Answer with the status of errors of your own, and with 500 for all others.',
    code: { any: 'res.status(error instanceof ApiError ? error.status : 500).json({ error: message })' },
  },
  endlessLoops: {
    say: 'Read the next page inside the loop.',
    code: {
      any: 'let rows\ndo {\n  rows = await nextPage(rows?.at(-1)?.id)\n  await handle(rows)\n} while (rows.length === size)',
    },
  },
  escapedOnce: { say: 'Replace every place.', code: { any: `text.replaceAll("'", "''")` } },
  hooksThatGoOn: {
    say: 'Leave the hook where there is nothing to do.',
    code: { any: "if (!this.isModified('password')) return next()" },
  },
  idsFromLength: {
    say: 'Take an id that was never given before.',
    code: { any: 'const id = randomUUID()' },
  },
  methodsForAnswers: {
    say: 'Call it, with the name of the field.',
    code: { any: "if (!this.isModified('password')) return next()" },
  },
  lostDecorators: { say: 'Write the `@`.', code: { any: '@Injectable()\nexport class Letters {}' } },
  lostQueries: {
    say: 'Keep what was made of it under a name of your own.',
    code: { any: 'res.locals.query = { ...req.query, tenantId: req.user.tenantId }' },
  },
  namesAndCodes: {
    say: 'Compare the field in which the library says it.',
    code: { any: "if (error.name === 'JsonWebTokenError') return res.status(401).json({ error: 'bad token' })" },
  },
  neverFalse: {
    say: 'Keep the old value only where none was given.',
    code: { any: 'user.isActive = body.isActive ?? user.isActive' },
  },
  neverThrown: { say: 'Throw it.', code: { any: "if (!token) throw new ApiError(400, 'token is required')" } },
  objectParameters: {
    say: 'Give an object with the field.',
    code: { any: 'const orders = await shop.ordersOf({ username: user.username })' },
  },
  otherError: {
    say: 'Ask for the error of this callback.',
    code: {
      any: 'fs.writeFile(file, text, (writeError) => {\n  if (writeError) return next(writeError)\n  res.json({ saved: true })\n})',
    },
  },
  overwritten: {
    say: 'Put what holds otherwise into an `else`.',
    code: { any: "if (failed) state = 'bad'\nelse state = 'good'" },
  },
  questionsWithoutAnswer: {
    say: 'Return the answer.',
    code: { any: 'function isClosed(shop) {\n  return shop.state === closed\n}' },
  },
  pluginsOfTwoStyles: {
    say: 'Take `done` away: an async plugin is ready when its promise is settled.',
    code: {
      any: "export default fp(async (fastify, options) => {\n  fastify.decorate('db', await connect(options))\n})",
    },
  },
  selfAssignments: {
    say: 'Give the callback’s parameter another name, and wait for it before the value is used.',
    code: { any: "const text = await readFile('notes.txt', 'utf8')\nuse(text)" },
  },
  assignedToItself: {
    say: 'Assign what was meant, or take the line out.',
    code: { any: 'query = query.lean()' },
  },
  settledEarly: {
    say: 'Put what resolves without waiting into an `else`.',
    code: {
      any: 'if (file) upload(file, (error, url) => (error ? reject(error) : resolve(url)))\nelse resolve(undefined)',
    },
  },
  swappedColumns: {
    say: 'Give the values in the order of the columns.',
    code: { any: 'INSERT INTO copies (name, city) SELECT x.name, x.city FROM x' },
  },
  takenByAnother: {
    say: 'Ask for the field itself.',
    code: { any: '{ name: body.name ?? old.name, size: body.size ?? old.size }' },
  },
  textLength: {
    say: 'Count bytes, or let the framework do it.',
    code: { any: "res.setHeader('Content-Length', Buffer.byteLength(body))" },
  },
  truthyTexts: {
    say: 'Say which texts are true.',
    code: {
      any: "IS_TEST: z.stringbool().default(false) // zod 3: z.enum(['true', 'false']).transform((text) => text === 'true')",
    },
  },
  uncalledNext: {
    say: 'Call it.',
    code: {
      any: "schema.pre('save', function (next) {\n  if (!this.isModified('name')) return next()\n  this.slug = slugOf(this.name)\n  next()\n})",
    },
  },
  unsignedFields: {
    say: 'Read the fields that tokens are signed with.',
    code: { any: 'const token = jwt.sign({ id: user.id }, secret)\nconst { id } = jwt.verify(token, secret)' },
  },
  unwritten: {
    say: 'Write it, or answer that it cannot be done yet.',
    code: { any: "res.status(501).json({ error: 'not available yet' })" },
  },
  wastedArguments: {
    say: 'Give the call what it takes.',
    code: { any: 'await User.findAll({ where: { city }, include: [Order] })' },
  },
  wrongSessionKeys: {
    say: 'End the session, or clear the key that is set.',
    code: { any: "req.session.destroy(() => res.redirect('/'))" },
  },
} satisfies Record<string, Rule['fix']>
