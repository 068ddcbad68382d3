import {
  ancestor,
  functionAround,
  isClass,
  pathOf,
  propertyOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { isChecked, majorOf, sourceText, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const parsers =
  /^(express-fileupload|multer|formidable(\.(formidable|IncomingForm|default))?|express-formidable|busboy|connect-busboy|@fastify\/multipart|koa-body(\.koaBody)?|multiparty\.Form|@koa\/multer|connect-multiparty)$/

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
    for (const { call, file, name } of codebase.index.named(parsers)) {
      if (limited(call, file, codebase)) continue
      // formidable 2 and later takes 200 MB of files and 20 MB of fields, no more.
      if (name.startsWith('formidable') && (majorOf(codebase, 'formidable') ?? 0) >= 2) continue
      // Without `multipart` koa-body reads forms and JSON only, up to limits of its own.
      if (name.startsWith('koa-body')) {
        if (/multipart:\s*true/.test(file.text.slice(call.start, call.end)))
          yield { file, node: call, severity: 'low', message: `\`${name}\` takes files of 200 MB on every route.` }
        continue
      }
      yield { file, node: call, message: `\`${name}\` has no size limit.` }
    }
    for (const { call, file } of interceptors(codebase)) {
      if (!limited(call, file, codebase) && !/MaxFileSize|maxSize/.test(methodText(call, file)))
        yield { file, node: call, message: `\`${pathOf(call.callee)}\` takes files of any size into memory.` }
    }
    for (const { call, file } of codebase.index.methods('register')) {
      const plugin = call.arguments[0]
      if (!plugin || codebase.meanings.nameOf(plugin, file) !== '@fastify/multipart' || limited(call, file, codebase))
        continue
      yield {
        file,
        node: call,
        confidence: 'medium',
        severity: 'low',
        message:
          '`@fastify/multipart` is registered without `limits`; its default is 1 MB for each file, with any number of files.',
      }
    }
  },
}

/** NestJS's interceptors that take uploads, where the module they stand in sets nothing for all. */
function interceptors(codebase: Codebase): FoundCall[] {
  const set = codebase.index.named(/^@nestjs\/platform-express\.MulterModule\.register(Async)?$/)
  if (set.some(({ call, file }) => /limits|fileFilter|useFactory|useClass/.test(textOf(call, file, 2000)))) return []
  return codebase.index
    .named(/^@nestjs\/platform-express(\/multer(\/\w+)*)?\.(AnyFiles|File|Files|FileFields)Interceptor$/)
    .filter(({ call }) => call.arguments.slice(1).every((argument) => argument.type !== 'CallExpression'))
}

/** The method an interceptor stands on, with its parameters and their pipes. */
function methodText(call: CallNode, file: SourceFile): string {
  const method = ancestor(call, (node) => node.type === 'MethodDefinition' || isClass(node))
  return method?.type === 'MethodDefinition' ? file.text.slice(method.start, method.end) : ''
}

function limited(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  return call.arguments.some((argument) => {
    const options = objectOf(argument, file, codebase.meanings)?.node
    if (!options) return argument.type === 'Identifier' || argument.type === 'CallExpression'
    return ['limits', 'maxFileSize', 'maxFieldsSize', 'formidable', 'formLimit', 'maxFilesSize'].some((key) =>
      propertyOf(options, key),
    )
  })
}

export const unrestrictedUpload: Rule = {
  id: 'unrestricted-upload',
  category: 'unrestricted-upload',
  severity: 'medium',
  confidence: 'medium',
  title: 'Uploads of any type are kept',
  why: 'An HTML or SVG file that is served again runs scripts on your domain; a program that is stored may be run.',
  effects: { safety: 'Your domain serves what a stranger sent.' },
  fix: {
    say: 'Check the type by content and choose the name yourself.',
    code: {
      Express:
        "const upload = multer({ limits: { fileSize: 5_000_000 }, fileFilter: (req, file, done) => done(null, ['image/png', 'image/jpeg'].includes(file.mimetype)) })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html'],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^multer$/)) {
      const options = call.arguments[0] ? objectOf(call.arguments[0], file, codebase.meanings)?.node : undefined
      if (propertyOf(options, 'fileFilter') || (call.arguments[0] && !options)) continue
      const uploads = codebase.web.routes.filter((route) =>
        route.own.some((step) => /^multer\(\)\.(single|array|any|fields)/.test(step.name)),
      )
      const uses = uploads.filter((route) => route.own.some(({ node, file: home }) => isOf(call, node, home, codebase)))
      const checked = (uses.length > 0 ? uses : uploads).some(
        (route) =>
          route.handler &&
          /mimetype|originalname.*(endsWith|match|extname)|file-?type/i.test(
            route.handler.file.text.slice(route.handler.node.start, route.handler.node.end),
          ),
      )
      const isUsed = codebase.index
        .named(/^multer\(\)\.(single|array|any|fields)$/)
        .some((used) => isOf(call, used.call, used.file, codebase))
      if (checked || !isUsed) continue
      const [place] = uses
      yield place
        ? {
            file: place.file,
            node: place.node,
            line: place.line,
            message: `${place.method} ${place.path} keeps files of any type.`,
          }
        : { file, node: call, message: 'Files of any type are accepted.' }
    }
    for (const { call, file } of interceptors(codebase)) {
      const options = call.arguments.map((argument) => objectOf(argument, file, codebase.meanings)?.node).find(Boolean)
      const isUnknown = call.arguments.slice(1).some((argument) => argument.type === 'Identifier') && !options
      if (isUnknown || propertyOf(options, 'fileFilter') || /mimetype|FileType|fileType/.test(methodText(call, file)))
        continue
      yield { file, node: call, message: `\`${pathOf(call.callee)}\` takes files of any type.` }
    }
    yield* namedByCaller(codebase)
    for (const { call, file } of codebase.index.methods('mv')) {
      const around = functionAround(call)
      const text = around ? file.text.slice(around.start, call.start) : ''
      if (codebase.flow.trace(call.callee, file) && !/mimetype|extname|file-?type|allowed/i.test(text))
        yield { file, node: call, message: 'The uploaded file is kept whatever its type.' }
    }
  },
}

/** `upload.single('photo')`, where `upload` is what a call of `multer` gave. */
function isOf(call: CallNode, node: Node, file: SourceFile, codebase: Codebase): boolean {
  const used = unwrap(node)
  if (used.type !== 'CallExpression' || used.callee.type !== 'MemberExpression') return false
  if (unwrap(used.callee.object) === call) return true
  const meaning = codebase.meanings.of(used.callee.object, file)
  return meaning.kind === 'package' && meaning.made?.node === call
}

/** `uploader.upload(req.body.picture)`: the service takes paths of this server and any address, not pictures alone. */
function* namedByCaller(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^cloudinary(\.v2)?\.uploader\.(unsigned_)?upload(_large)?$/)) {
    const [given] = call.arguments
    const trace = given && codebase.flow.trace(given, file)
    if (!trace || trace.inText || !/^(body|query|params)$/.test(trace.kind)) continue
    if (trace.marks.size > 0 || isChecked(trace, call, file)) continue
    yield {
      file,
      node: call,
      message: `The uploader takes a path or an address as well, and gets ${sourceText(trace, file, given)}.`,
      steps: trace.steps,
    }
  }
}

export const unlimitedForms: Rule = {
  id: 'form-parser-misplaced',
  category: 'resource-exhaustion',
  severity: 'low',
  confidence: 'medium',
  title: 'A parser stands where it does not help',
  why: 'Middleware runs in the order it is written: after the routes it never sees their requests, and it parses those that nobody answers.',
  effects: { memory: 'Bodies of unknown routes are parsed.', maintenance: 'The code reads as if bodies were limited.' },
  fix: {
    say: 'Put parsers before the routes that need them.',
    code: { Express: "app.use(express.json({ limit: '100kb' }))\napp.use('/api', routes)" },
  },
  sources: ['https://expressjs.com/en/guide/using-middleware.html'],
  *find(codebase) {
    for (const use of codebase.web.uses) {
      const parser = use.steps.find((step) =>
        /^(express\.(json|urlencoded)|body-parser(\.\w+)?|express-formidable|express-fileupload)\(\)$/.test(step.name),
      )
      if (!parser || use.path !== undefined) continue
      const routes = codebase.web.routes.filter((route) => route.app === use.app)
      const after =
        routes.some((route) => route.file === use.file && route.node.start > use.node.start) ||
        codebase.web.uses.some(
          (other) =>
            other.app === use.app &&
            other.file === use.file &&
            other.node.start > use.node.start &&
            other.steps.some((step) => /router|routes/i.test(step.name)),
        )
      if (
        routes.length > 0 &&
        !after &&
        routes.every((route) => route.file !== use.file || route.node.start < use.node.start) &&
        registersEarlier(use.file, use.node.start)
      ) {
        yield { file: use.file, node: use.node, message: `\`${parser.name}\` is added after the routes.` }
      }
    }
  },
}

function registersEarlier(file: SourceFile, at: number): boolean {
  return /\b\w*[rR]out(es|er)\w*\(\s*app|app\.use\([^)]*[rR]out|\.(get|post)\(\s*['"]\//.test(file.text.slice(0, at))
}
