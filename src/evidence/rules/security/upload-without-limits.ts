import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { hasSpread, pathOf, propertyOf, type CallNode } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { majorOf } from '../places.ts'
import { says } from '../../parse/once.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { takesFiles, usesOf } from './multer-uses.ts'
import { methodText, uploadInterceptors } from './upload-interceptors.ts'

export const uploadWithoutLimits: Rule = {
  id: 'upload-without-limits',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'high',
  title: 'Uploads may be of any size',
  why: 'One large file fills the memory or the disk.',
  effects: { memory: 'As much as the caller sends.', safety: 'The process or the disk can be filled.' },
  fix: {
    say: 'Set limits where the parser is made.',
    code: {
      Express: "const upload = multer({ dest: '/tmp/uploads', limits: { fileSize: 5 * 1024 * 1024, files: 1 } })",
      Fastify: 'await app.register(multipart, { limits: { fileSize: 5_000_000, files: 1 } })',
    },
  },
  sources: [
    'https://github.com/expressjs/multer#limits',
    'https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html',
  ],
  *find(codebase) {
    yield* parsers(codebase)
    yield* interceptors(codebase)
    yield* fastifyPlugins(codebase)
  },
}

const parserNames =
  /^(express-fileupload|multer|formidable(\.(formidable|IncomingForm|default))?|express-formidable|busboy|connect-busboy|@fastify\/multipart|koa-body(\.koaBody)?|multiparty\.Form|@koa\/multer|connect-multiparty)$/

function* parsers(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(parserNames)) {
    // formidable 2 and later takes 200 MB of files and 20 MB of fields, no more.
    if (name.startsWith('formidable') && (majorOf(codebase, 'formidable') ?? 0) >= 2) continue
    if (limited(call, file, codebase) || isUnused(call)) continue
    if (name === 'multer' && readsTextsAlone(call, codebase)) continue
    if (!name.startsWith('koa-body')) yield { file, node: call, message: `\`${name}\` has no size limit.` }
    // Without `multipart` it reads forms and JSON only, up to limits of its own.
    else if (/multipart:\s*true/.test(file.text.slice(call.start, call.end)))
      yield { file, node: call, severity: 'low', message: `\`${name}\` takes files of 200 MB on every route.` }
  }
}

function readsTextsAlone(call: CallNode, codebase: Codebase): boolean {
  const uses = usesOf(call, codebase)
  return uses.length > 0 && !uses.some((used) => takesFiles(used.call))
}

/** Made and given to nobody. */
function isUnused({ parent }: CallNode): boolean {
  return parent?.type === 'ExpressionStatement'
}

function* interceptors(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of uploadInterceptors(codebase)) {
    if (limited(call, file, codebase)) continue
    const name = `\`${pathOf(call.callee)}\``
    if (!/MaxFileSize|maxSize/.test(methodText(call, file)))
      yield {
        file,
        node: call,
        message: `${name} takes files of any size${writesToDisk(codebase) ? '' : ' into memory'}.`,
      }
    else if (!writesToDisk(codebase))
      yield {
        file,
        node: call,
        severity: 'low',
        words: askedLate,
        message: `${name} has the whole file in memory before the pipe asks for its size.`,
      }
  }
}

/** Where multer writes files, they are on the disk before the pipe comes. */
function writesToDisk({ production }: Codebase): boolean {
  return production.some(hasStorage)
}

const hasStorage = says(/\bdiskStorage\(|MulterModule\.register/)

const askedLate: Words = {
  title: 'The size of an upload is asked after it was read',
  why: 'Interceptors run before pipes: multer has the file in memory, however large, when `MaxFileSizeValidator` looks at it.',
  fix: {
    say: 'Give the interceptor the limit: it stops reading there.',
    code: { any: "@UseInterceptors(FileInterceptor('image', { limits: { fileSize: 3 * 1024 * 1024, files: 1 } }))" },
  },
}

function* fastifyPlugins(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('register')) {
    const [plugin] = call.arguments
    if (!plugin || codebase.meanings.nameOf(plugin, file) !== '@fastify/multipart') continue
    if (limited(call, file, codebase)) continue
    const message =
      '`@fastify/multipart` is registered without `limits`; its default is 1 MB for each file, with up to 1000 of them.'
    yield { file, node: call, confidence: 'medium', severity: 'low', message }
  }
}

const limits = ['limits', 'maxFileSize', 'maxFieldsSize', 'formidable', 'formLimit', 'maxFilesSize']

function limited(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  return call.arguments.some((argument) => {
    const options = objectOf(argument, file, codebase.meanings)?.node
    if (!options) return argument.type === 'Identifier' || argument.type === 'CallExpression'
    return limits.some((key) => propertyOf(options, key)) || hasSpread(options)
  })
}
