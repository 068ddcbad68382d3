import { addOption } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const size = 'fileSize: 5 * 1024 * 1024'

/** What each parser calls its limits: for five megabytes a file. */
const options: readonly (readonly [RegExp, number, string])[] = [
  [/^`express-fileupload/, 0, `limits: { ${size} }, abortOnLimit: true`],
  [/^`@fastify\/multipart/, 1, `limits: { ${size} }`],
  [/^`formidable/, 0, 'maxFileSize: 5 * 1024 * 1024'],
  [/^`koa-body/, 0, 'formidable: { maxFileSize: 5 * 1024 * 1024 }'],
  [/^`(multer|@koa\/multer|busboy)/, 0, `limits: { ${size} }`],
]

/** Bounds the size of what is uploaded where the parser is made. */
export const limitUploads: CodeFix = ({ node, file, match }) => {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const [, index, text] = options.find(([name]) => name.test(match.message)) ?? []
  const edit = index === undefined || text === undefined ? undefined : addOption(node, index, text, file)
  return edit && { edits: [edit] }
}
