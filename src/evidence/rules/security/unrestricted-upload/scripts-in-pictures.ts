import type { Codebase } from '../../../codebase.ts'
import { literalText, type Node } from '../../../parse/ast.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { importsPackage } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { servesFolderOf } from './served-folders.ts'

/** SVG among the pictures that may be uploaded into a folder which the process serves. */
export function* scriptsInPictures(codebase: Codebase): Iterable<Match> {
  const severity = importsPackage(codebase, /(^|[/-])helmet$/) ? 'low' : 'medium'
  for (const file of codebase.production) {
    const place = listsWithSvg(file)[0]
    if (
      !place ||
      !asksForType(file) ||
      drawsAnew(file) ||
      !servesFolderOf(file, codebase) ||
      codebase.production.some(servesAsFiles)
    )
      continue
    yield {
      file,
      node: place,
      severity,
      words,
      message: 'SVG may be uploaded, which is served from here and may hold scripts.',
    }
  }
}

const asksForType = says(
  /(includes|test|has|indexOf|match)\([^()]*\b(mime\w*|originalname|ext\w*|filename)\b|\b(mimetype|originalname)\b[^;\n]*\.(match|includes)\(/i,
)
const drawsAnew = says(/\bsharp\(|dompurify|sanitize-?svg|sanitize-?html/i)
const servesAsFiles = says(/Content-Disposition|Content-Security-Policy/i)

const saysSvg = says(/svg/i)

const listsWithSvg = once((file: SourceFile): Node[] =>
  saysSvg(file)
    ? file.literals.filter((node) => ('regex' in node ? isPictures(node.regex.pattern) : isListed(node, file)))
    : [],
)

function isPictures(text: string): boolean {
  return /\bsvg/i.test(text) && /\b(png|jpe?g)/i.test(text)
}

function isListed(node: Node, file: SourceFile): boolean {
  const list = node.parent
  return (
    /^(image\/svg\+xml|\.?svg)$/.test(literalText(node) ?? '') &&
    list?.type === 'ArrayExpression' &&
    isPictures(file.text.slice(list.start, list.end))
  )
}

const words: Words = {
  title: 'SVG is taken as a picture and served',
  why: 'An SVG file is a document: opened by its address, its `<script>` runs on your domain, with the cookies and the storage of who opens it.',
  effects: { safety: 'One link to an uploaded picture acts in the name of whoever opens it.' },
  fix: {
    say: 'Leave SVG out of the list, or serve uploads as downloads.',
    code: {
      any: "app.use('/uploads', express.static('uploads', { setHeaders: (res) => res.set('Content-Security-Policy', \"default-src 'none'; sandbox\") }))",
    },
  },
}
