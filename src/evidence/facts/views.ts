import { lineOfOffset } from '../parse/source-file.ts'

/** A place of a view that prints a value without escaping it; `how` is the tag that does. */
export type RawOutput = { path: string; text: string; line: number; expression: string; how: string }

const viewFile = /\.(ejs|html?|njk|nunjucks|hbs|handlebars|mustache|pug|jade|twig|liquid|swig|eta|dust|vash|tpl)$/

/** Whether a path is a server-side view. */
export function isView(path: string): boolean {
  return (
    viewFile.test(path) &&
    !/[.-](plain|text|txt|subject)\.\w+$/i.test(path) &&
    !/(^|\/)(node_modules|dist|coverage|vendor|docs?)\//.test(path)
  )
}

const patterns: readonly { files: RegExp; tag: RegExp; how: string }[] = [
  { files: /\.(ejs|eta|html?)$/, tag: /<%[-~]([\s\S]*?)[-_]?%>/g, how: '<%- %>' },
  { files: /\.(hbs|handlebars|mustache|html?)$/, tag: /\{\{\{\s*([^{}]+?)\s*\}\}\}/g, how: '{{{ }}}' },
  { files: /\.(hbs|handlebars|mustache)$/, tag: /\{\{&\s*([^{}]+?)\s*\}\}/g, how: '{{& }}' },
  {
    files: /\.(njk|nunjucks|html?|twig|swig|liquid)$/,
    tag: /\{\{-?\s*([^{}|]+?(?:\|[^{}|]+)*\|\s*(?:safe|raw)\b[^{}]*?)\s*-?\}\}/g,
    how: '| safe',
  },
  {
    files: /\.(njk|nunjucks|html?|twig|swig|ejs)$/,
    tag: /\{\{\s*((?:marked|markdown|md)\([^{}]*\))\s*\}\}/g,
    how: 'Markdown',
  },
  { files: /\.(pug|jade)$/, tag: /^[^\n]*?(?:[\w)]!=\s*([^\n]+)|!\{([^}\n]+)\})/gm, how: '!=' },
  { files: /\.dust$/, tag: /\{([\w.]+\|s)\}/g, how: '|s' },
]

const harmless =
  /^\s*(include|partial|partials|body|content|contentFor|layout|block|style|script|stylesheets?|scripts?|yield|render|csrf|_csrf|csrfToken|csrfInput|nonce|__|t|i18n|gettext|asset|css|js|helper|locals\.(body|content)|await include|super|caller|loop|JSON\.stringify\([^)]*\)\.replace)\b|\|\s*(json|tojson|dump|tojson)\s*\|?\s*safe|encodeURI|escape|sanitize|DOMPurify|purify|\.replace(All)?\((\/\\?"\/g|['"`]"['"`]),\s*['"`]&(quot|#34);/i

/** A helper that is given written words alone prints what the service made: `{{{icon 'trash'}}}`. */
const fixedHelper = /^[\w.@-]+(\s+(\w+=)?('[^']*'|"[^"]*"|\d+|true|false))+$/

/** Places in server-side views that print a value without escaping it. */
export function rawOutputs(texts: ReadonlyMap<string, string>): RawOutput[] {
  const found: RawOutput[] = []
  for (const [path, text] of texts) {
    if (!isView(path)) continue
    for (const { files, tag, how } of patterns) {
      if (!files.test(path)) continue
      for (const match of text.matchAll(tag)) {
        const expression = (match[1] ?? match[2] ?? '').trim()
        if (
          expression === '' ||
          harmless.test(expression) ||
          /^['"`][^+]*['"`]$/.test(expression) ||
          (match[0].startsWith('{') && fixedHelper.test(expression)) ||
          !/[a-z]/i.test(expression)
        )
          continue
        found.push({ path, text, line: lineOfOffset(text, match.index), expression, how })
      }
    }
  }
  return found
}
