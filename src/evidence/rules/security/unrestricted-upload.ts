import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import type { Route } from '../../facts/web.ts'
import { functionAround, pathOf, propertyOf, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isChecked } from '../checked-values.ts'
import { routeName, sourceText } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { isOf, takesFiles, usesOf } from './multer-uses.ts'
import { keptEndings } from './unrestricted-upload/kept-endings.ts'
import { presignedUploads } from './unrestricted-upload/presigned-uploads.ts'
import { scriptsInPictures } from './unrestricted-upload/scripts-in-pictures.ts'
import { methodText, uploadInterceptors } from './upload-interceptors.ts'

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
        "import { fileTypeFromFile } from 'file-type'\n\nconst upload = multer({ dest: 'uploads', limits: { fileSize: 5_000_000 } }) // makes a name of its own; a file in memory has `buffer` and fileTypeFromBuffer\napp.post('/pictures', upload.single('picture'), async (req, res) => {\n  const type = req.file && (await fileTypeFromFile(req.file.path))\n  if (!type || !['image/png', 'image/jpeg'].includes(type.mime)) return res.status(415).json({ error: 'no picture' })\n  // …\n})",
      NestJS:
        '@UploadedFile(\n  new ParseFilePipe({\n    validators: [new MaxFileSizeValidator({ maxSize: 5_000_000 }), new FileTypeValidator({ fileType: /^image\\/(png|jpeg)$/ })],\n  }),\n)\nfile: Express.Multer.File',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html'],
  *find(codebase) {
    yield* byMulter(codebase)
    yield* interceptors(codebase)
    yield* namedByCaller(codebase)
    yield* moved(codebase)
    yield* keptEndings(codebase)
    yield* scriptsInPictures(codebase)
    yield* presignedUploads(codebase)
  },
}

/** `multer(…)` without a filter, told at the route that uses it. */
function* byMulter(codebase: Codebase): Iterable<Match> {
  const uploads = codebase.web.routes.filter((route) =>
    route.own.some((step) => /^multer\(\)\.(single|array|any|fields)/.test(step.name)),
  )
  for (const { call, file } of codebase.index.named(/^multer$/)) {
    const [given] = call.arguments
    const options = given && objectOf(given, file, codebase.meanings)?.node
    const filter = propertyOf(options, 'fileFilter')
    if ((filter && !letsAllIn(filter, file, codebase)) || (given && !options) || refusesInStorage(options, file))
      continue
    const inMemory = staysInMemory(options, file, codebase)
    const isUsed = usesOf(call, codebase).some((used) => takesFiles(used.call))
    const uses = uploads.filter((route) => route.own.some((step) => isOf(call, step.node, step.file, codebase)))
    if (!isUsed || (uses.length > 0 ? uses : uploads).some(looksAtType)) continue
    if (inMemory && uses.length > 0 && !uses.some(keeps)) continue
    const [place] = uses
    if (!place) yield { file, node: call, message: 'Files of any type are accepted.' }
    else {
      const message = `${routeName(place)} keeps files of any type.`
      yield { file: place.file, node: place.node, line: place.line, message }
    }
  }
}

/** A filter that lets a file in and never looks at it. */
function letsAllIn(filter: Node, file: SourceFile, { meanings }: Codebase): boolean {
  const meaning = meanings.of(filter, file)
  const [, given, done] = meaning.kind === 'function' ? meaning.node.params : []
  if (meaning.kind !== 'function' || given?.type !== 'Identifier' || done?.type !== 'Identifier') return false
  const body = meaning.file.text.slice(done.end, meaning.node.end).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
  return (
    new RegExp(`\\b${done.name}\\(\\s*null,\\s*true`).test(body) &&
    !new RegExp(`\\b(${given.name}|req(uest)?|if|throw)\\b`).test(body)
  )
}

/** `destination: (req, file, cb) => cb(isPicture(file.mimetype) ? null : new Error('type'), folder)`. */
function refusesInStorage(options: Node | undefined, file: SourceFile): boolean {
  const storage = propertyOf(options, 'storage')
  const held = storage?.type === 'Identifier' ? lookUp(file.scopes, storage, storage.name)?.init : storage
  const text = held ? file.text.slice(held.start, held.end) : ''
  return /\.mimetype\b|originalname\)?\.(endsWith|match)\(/.test(text) && /\bError\(/.test(text)
}

/** What multer does where it is told of no folder. */
function staysInMemory(options: Node | undefined, file: SourceFile, { meanings }: Codebase): boolean {
  const storage = propertyOf(options, 'storage')
  return storage ? meanings.nameOf(storage, file).startsWith('multer.memoryStorage') : !propertyOf(options, 'dest')
}

/** Writes what came somewhere, or hands it on; what is only read is gone with the request. */
function keeps({ handler }: Route): boolean {
  return (
    handler === undefined ||
    /\bwrite\w*\(|createWriteStream|upload\w*\(|putObject|\.put\(|base64|\bpipe\w*\(|\bfiles?\b\s*[,}\]]|\(\s*[\w.]*\bfiles?\s*\)\s*[;.\n]|buffer\s*[,})]/i.test(
      handler.file.text.slice(handler.node.start, handler.node.end),
    )
  )
}

function looksAtType({ handler }: Route): boolean {
  return handler !== undefined && asksForType.test(handler.file.text.slice(handler.node.start, handler.node.end))
}

/** Compares it or looks it up; what only keeps the type with the file refuses nothing. */
const asksForType =
  /mimetype\b[!?)\s]*([!=]==?|\?*\.\w+\()|([!=]==?|\bcase)\s*[\w.?]*mimetype|(includes|test|has|indexOf|is\w*|check\w*|valid\w*|allow\w*|filter\w*)\(\s*[\w.?!]*mimetype|\[[\w.?!]*mimetype|\{[^{}]*\bmimetype\b[^{}]*\}\s*=|switch[^{]*mimetype|originalname.*(endsWith|match|extname)|extname\(|file-?type/i

function* interceptors(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of uploadInterceptors(codebase)) {
    const options = call.arguments.map((argument) => objectOf(argument, file, codebase.meanings)?.node).find(Boolean)
    const isUnknown = call.arguments.slice(1).some((argument) => argument.type === 'Identifier') && !options
    if (isUnknown || propertyOf(options, 'fileFilter') || /mime_?types?|file_?type/i.test(methodText(call, file)))
      continue
    yield { file, node: call, message: `\`${pathOf(call.callee)}\` takes files of any type.` }
  }
}

/** `uploader.upload(req.body.picture)`: the service takes paths of this server and any address, not pictures alone. */
function* namedByCaller(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^cloudinary(\.v2)?\.uploader\.(unsigned_)?upload(_large)?$/)) {
    const [given] = call.arguments
    const trace = given && codebase.flow.trace(given, file)
    if (!trace || trace.inText || !/^(body|query|params)$/.test(trace.kind)) continue
    if (trace.marks.size > 0 || isChecked(trace, call, file)) continue
    const message = `The uploader takes a path or an address as well, and gets ${sourceText(trace, file, given)}.`
    yield { file, node: call, words: named, message, steps: trace.steps }
  }
}

const named: Words = {
  title: 'The caller names what is uploaded',
  why: 'A path is read from this server and an address is fetched: what is there becomes a picture of the service.',
  effects: { safety: 'Files of the server, and of services behind it, are published.' },
  fix: {
    say: 'Take the picture itself, and no name for it.',
    code: {
      any: 'const picture = z.string().regex(/^data:image\\/(png|jpeg);base64,/).parse(req.body.picture)\nconst { secure_url } = await cloudinary.uploader.upload(picture)',
    },
  },
}

/** `req.files.photo.mv(path)` of express-fileupload. */
function* moved(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('mv')) {
    const around = functionAround(call)
    const before = around ? file.text.slice(around.start, call.start) : ''
    if (
      /mimetype|extname|file-?type|allowed|\.name\??\.(endsWith|match|split)\(/i.test(before) ||
      !codebase.flow.trace(call.callee, file)
    )
      continue
    yield { file, node: call, message: 'The uploaded file is kept whatever its type.' }
  }
}
