import type { Codebase } from '../../../codebase.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { propertyOf, type CallNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'
import { servesFolderOf } from './served-folders.ts'

/** Files whose `mimetype` is looked at, and which keep the ending of the caller's name in a folder that is served. */
export function* keptEndings(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^(koa-)?multer$/)) {
    const [given] = call.arguments
    const options = given && objectOf(given, file, codebase.meanings)
    if (!options || !asksForHeaderAlone(propertyOf(options.node, 'fileFilter'), options.file, codebase)) continue
    const storage = storageOf(propertyOf(options.node, 'storage'), options.file, codebase)
    const name = storage && propertyOf(storage.node, 'filename')
    if (!storage || !name || !keepsEnding(name, storage.file) || !servesFolderOf(storage.file, codebase)) continue
    const message =
      'The type is asked of a header of the caller, and the file is served under the ending that the caller chose.'
    yield { file: storage.file, node: name, words, message }
  }
}

function asksForHeaderAlone(filter: Node | undefined, file: SourceFile, codebase: Codebase): boolean {
  const text = filter ? functionText(filter, file, codebase) : ''
  return /\bmimetype\b/.test(text) && !/originalname|extname/.test(text)
}

/** The text of a function, wherever it is written. */
function functionText(node: Node, file: SourceFile, codebase: Codebase): string {
  const meaning = codebase.meanings.of(node, file)
  const [at, where] = meaning.kind === 'function' ? [meaning.node, meaning.file] : [node, file]
  return where.text.slice(at.start, at.end)
}

function storageOf(
  node: Node | undefined,
  file: SourceFile,
  codebase: Codebase,
): { node: Node; file: SourceFile } | undefined {
  const made = codebase.index
    .named(/^(koa-)?multer\.diskStorage$/)
    .find(({ call }) => node === call || isMade(node, call, file, codebase))
  const [given] = made?.call.arguments ?? []
  return made && given && objectOf(given, made.file, codebase.meanings)
}

function isMade(node: Node | undefined, call: CallNode, file: SourceFile, { meanings }: Codebase): boolean {
  const meaning = node && meanings.of(node, file)
  return meaning?.kind === 'package' && meaning.made?.node === call
}

function keepsEnding(name: Node, file: SourceFile): boolean {
  const text = file.text.slice(name.start, name.end)
  return /\boriginalname\b/.test(text) && !/\bmimetype\b|mime\w*\.(extension|getExtension)/.test(text)
}

const words: Words = {
  title: 'An upload keeps the ending that its sender chose',
  why: '`mimetype` is a header of the upload and says what its sender likes: a `page.html` sent as image/png passes the filter, is kept as .html and is served as a page whose scripts run on your domain.',
  effects: { safety: 'Scripts of a stranger run as your pages, with the session of who opens them.' },
  fix: {
    say: 'Take the ending from the type that was let in, and the name from no one.',
    code: {
      any: "const endings = { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/webp': '.webp' }\n\nconst upload = multer({\n  limits: { fileSize: 5_000_000, files: 1 },\n  fileFilter: (req, file, done) => done(null, Object.hasOwn(endings, file.mimetype)),\n  storage: multer.diskStorage({\n    destination: 'public/pictures',\n    filename: (req, file, done) => done(null, crypto.randomUUID() + endings[file.mimetype]),\n  }),\n})",
    },
  },
}
