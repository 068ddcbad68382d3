import { responsesIn } from '../../facts/responses.ts'
import type { Codebase } from '../../codebase.ts'
import { compareVersions, lowestVersion } from '../../facts/versions.ts'
import { ancestor, functionAround, literalText, propertyOf, type Node } from '../../parse/ast.ts'
import { membersOf, goingBy } from '../../parse/by-name.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { majorOf, textOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

const deprecated: readonly [RegExp, string][] = [
  [/^body-parser$/, '`bodyParser()` is deprecated: it adds both parsers with their defaults; use `express.json()`'],
  [/^url\.parse$/, '`url.parse` is deprecated and lenient; use `new URL()` (the query is in `req.query`)'],
  [/^Buffer$/, '`new Buffer()` is deprecated and can expose memory; use `Buffer.from` or `Buffer.alloc`'],
  [/^fs\.exists$/, '`fs.exists` is deprecated; use `fs.access` or open the file'],
  [/^crypto\.(createCipher|createDecipher)$/, 'removed in Node.js 22; use `createCipheriv`'],
  [/^domain\.create$/, 'the `domain` module is deprecated'],
  [
    /^util\.(isDate|isRegExp|isError|isFunction|isString|isObject|isBoolean|isNull|isNumber|isUndefined)$/,
    'removed in Node.js 23',
  ],
  [/^util\.isArray$/, '`util.isArray` is deprecated; use `Array.isArray`'],
  [/^util\._extend$/, '`util._extend` is deprecated; use `Object.assign`'],
  [/^(querystring)\.(parse|stringify)$/, ''],
  [/^process\.binding$/, '`process.binding` is deprecated'],
  [/^(escape|unescape)$/, '`escape` and `unescape` are legacy'],
  [/^mongodb\..*\.(insert|update|remove)$/, 'removed from the driver in version 5'],
  [/^mongodb\..*\.ensureIndex$/, 'removed from the driver in version 4'],
]

export const deprecatedApi: Rule = {
  id: 'deprecated-api',
  category: 'deprecated-api',
  severity: 'low',
  confidence: 'high',
  title: 'A deprecated interface is used',
  why: 'It goes away with some later major, or is kept only for old code; many were deprecated because they are unsafe.',
  effects: { maintenance: 'An update breaks here.' },
  fix: {
    say: 'Use what took its place.',
    code: { any: "const { searchParams } = new URL(req.url, 'http://localhost')" },
  },
  sources: ['https://nodejs.org/api/deprecations.html', 'https://github.com/expressjs/body-parser#bodyparser'],
  *find(codebase) {
    for (const [pattern, text] of deprecated) {
      if (text === '') continue
      for (const { call, file } of codebase.index.named(pattern)) {
        if (
          /escape/.test(text) &&
          codebase.meanings.nameOf(call.callee, file) !== literalText(call.callee) &&
          !/^(escape|unescape)$/.test(textOf(call.callee, file))
        )
          continue
        if (isFallback(call, file)) continue
        yield { file, node: call, words: insteadOf(text), message: `${text}.` }
      }
    }
    yield* statusesAsBodies(codebase)
    yield* properties(codebase)
    if ((majorOf(codebase, 'express') ?? 0) < 5) return
    for (const { call, file } of codebase.index.methods('del', 'sendfile')) {
      if (/^(app|router|res)\./.test(textOf(call.callee, file)))
        yield { file, node: call, words: renewedAs(), message: 'removed in Express 5.' }
    }
  },
}

/** `res.send(404)` and `res.json(404, body)`: Express 5 takes the number for the body. */
function* statusesAsBodies(codebase: Codebase): ReturnType<Rule['find']> {
  const isBody = (majorOf(codebase, 'express') ?? 0) >= 5
  for (const file of codebase.production) {
    for (const { call, method, handler } of responsesIn(file, codebase.web)) {
      const [first, ...rest] = call.arguments
      if (handler.framework !== 'express' || first?.type !== 'Literal' || typeof first.value !== 'number') continue
      // `res.json(404)` was never a status.
      if (!(method === 'send' || (/^jsonp?$/.test(method) && rest.length > 0))) continue
      if (first.value < 100 || first.value >= 600) continue
      yield {
        file,
        node: call,
        ...(isBody ? { severity: 'medium' as const } : {}),
        words: renewedAs("res.sendStatus(404)\nres.status(404).json({ error: 'not found' })"),
        message: isBody
          ? `\`res.${method}\` takes no status since Express 5: the number is sent as the body, with status 200.`
          : `\`res.${method}\` with a status is deprecated; use \`res.sendStatus\` or \`res.status\`.`,
      }
    }
  }
}

/** Properties, options and functions of packages that went out of use. */
function* properties(codebase: Codebase): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const member of goingBy(membersOf(file), 'isMaster')) {
      if (codebase.meanings.nameOf(member.object, file) === 'cluster')
        yield {
          file,
          node: member,
          words: renewedAs('if (cluster.isPrimary) cluster.fork()'),
          message: '`cluster.isMaster` is deprecated; use `cluster.isPrimary`.',
        }
    }
  }
  if (isAtLeast(codebase, 'typeorm', '0.3.0')) {
    const old = codebase.index.named(
      /^typeorm\.(getRepository|getConnection|getManager|createConnection|getMongoRepository|getCustomRepository|createQueryBuilder)$/,
    )
    for (const [name, calls] of Map.groupBy(old, (found) => found.name)) {
      const message = `\`${name.replace('typeorm.', '')}\` is deprecated since TypeORM 0.3 and removed in 1.0; use a \`DataSource\`.`
      const words = renewedAs(
        'const dataSource = new DataSource(options)\nconst users = dataSource.getRepository(User)',
      )
      yield* inOne(calls.map(({ call, file }) => ({ file, node: call, words, message })))
    }
  }
  if (isAtLeast(codebase, 'mongoose', '6.0.0')) yield* optionsOfConnections(codebase)
}

/** The driver refuses an option it does not know: two of them since Mongoose 6, the other two since Mongoose 9. */
function* optionsOfConnections(codebase: Codebase): ReturnType<Rule['find']> {
  const isNew = isAtLeast(codebase, 'mongoose', '9.0.0')
  for (const { call, file } of codebase.index.named(/^mongoose\.(connect|createConnection)$/)) {
    const option = ['useCreateIndex', 'useFindAndModify', 'useNewUrlParser', 'useUnifiedTopology'].find((name) =>
      propertyOf(call.arguments[1], name),
    )
    if (option === undefined) continue
    const isRefused = isNew || /^use[CF]/.test(option)
    const since = isRefused
      ? `is refused since Mongoose ${/^use[CF]/.test(option) ? 6 : 9}: nothing connects`
      : 'does nothing since Mongoose 6'
    yield {
      file,
      node: call,
      severity: isRefused ? 'medium' : 'info',
      words: renewedAs('await mongoose.connect(url)'),
      message: `\`${option}\` ${since}; leave it out.`,
    }
  }
}

function isAtLeast(codebase: Codebase, name: string, version: string): boolean {
  const found = codebase.project.dependencies.find((dependency) => dependency.name === name)
  const installed = found && (found.installed ?? lowestVersion(found.range))
  return installed !== undefined && compareVersions(installed, version) >= 0
}

/** `Buffer.from ? Buffer.from(text) : new Buffer(text)` looks first. */
function isFallback(call: Node, file: SourceFile): boolean {
  const choice = ancestor(call, (at) => at.type === 'ConditionalExpression', functionAround(call))
  return choice?.type === 'ConditionalExpression' && /^!?\s*Buffer\.\w+$/.test(textOf(choice.test, file))
}

const renewed: readonly [RegExp, string][] = [
  [/bodyParser/, "app.use(express.json({ limit: '100kb' }))\napp.use(express.urlencoded({ extended: false }))"],
  [/url\.parse/, "const { searchParams } = new URL(req.url, 'http://localhost')"],
  [/new Buffer/, "const bytes = Buffer.from(text, 'utf8')"],
  [/fs\.exists/, 'await access(path)'],
  [
    /createCipheriv/,
    "const iv = randomBytes(12) // kept with the text, as is `cipher.getAuthTag()`\nconst cipher = createCipheriv('aes-256-gcm', key, iv)",
  ],
]

/** What took the place of an interface, where that can be shown in a line. */
function insteadOf(text: string): Words {
  return renewedAs(renewed.find(([pattern]) => pattern.test(text))?.[1])
}

function renewedAs(code?: string): Words {
  return { fix: { say: 'Use what took its place.', code: code === undefined ? {} : { any: code } } }
}
