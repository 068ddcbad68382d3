import { isTestPath } from '../facts/project.ts'
import { onceFor } from './once.ts'

export type FileKind =
  | 'production'
  | 'script'
  | 'migration'
  | 'test'
  | 'example'
  | 'generated'
  | 'minified'
  | 'vendored'
  | 'browser'
  | 'tooling'

/** Classes a source file by its path and, where that says nothing, by its first lines and its shape. */
export function classifyFile(path: string, text: string): FileKind {
  if (/(^|\/)(node_modules|bower_components|vendors?|third[_-]?party|\.yarn|\.pnp\.[^/]*)(\/|$)/.test(path)) {
    return 'vendored'
  }
  // Widgets that a page brings along.
  if (
    /(^|\/)(codemirror|ckeditor\d?|tinymce|jquery[\w-]*|katex|mathjax|mermaid|font-?awesome[\w-]*|highlightjs|fancytree|monaco|ace-builds)\//i.test(
      path,
    )
  )
    return 'vendored'
  if (/(^|\/)(public|static|assets|libs?|plugins|js|css)\/(.+\/)?bootstrap\//i.test(path)) return 'vendored'
  if (/(^|\/)swagger-(ui|static)[\w.-]*(\/|\.js$)/i.test(path)) return 'vendored'
  // `/*! Name v1.2.3 … */` is what libraries put on top of themselves.
  if (/^\s*\/\*!\s*\*?\s*[\w.]+([ -][\w.]+){0,3} v?\d+\.\d+/.test(text.slice(0, 200))) return 'vendored'
  if (isMinified(path, text)) return 'minified'
  if (isCompiled(path, text)) return 'generated'
  if (/(^|\/)(dist|build|coverage|\.next|__generated__|generated|gen)\//.test(path) || isMarkedGenerated(text)) {
    return 'generated'
  }
  if (
    isTestPath(path) ||
    /(^|\/)(fixtures?|__fixtures__|stub\w*|([\w-]+-)?test-?utils?|testing(-[\w-]+)?|(performance|perf|load|stress)-?tests?|dev-?env|dev-?infra|dev-?server)\//.test(
      path,
    )
  )
    return 'test'
  if (
    /\.(fn|mock)\((?<=\b(jest|vi)\.\w+\()|(All|Each)\((?<=^[ \t]*(before|after)\w+\()|\(['"`](?<=^(describe|it|test)\(['"`])/m.test(
      text,
    ) ||
    /(^|\/)Testing[A-Z]\w*\.[jt]s$/.test(path)
  )
    return 'test'
  if (
    /(^|\/)(__templates?__|examples?(-[\w-]+)?|samples?|demos?|codefixes|snippets|playgrounds?|docs?|benchmarks?|bench)\/|\.(examples?|stories)\.[cm]?[jt]sx?$/.test(
      path,
    )
  )
    return 'example'
  if (isLoadTest(text)) return 'test'
  if (isTooling(path) || /(^|\/)\.(scripts?|github|husky|circleci|hygen|storybook|changeset)\//.test(path))
    return 'tooling'
  if (
    /(^|\/)((knex|db|database)[_-]?migrations?|migrations?(-\w+)?|alterations|upgrades|seeds?|seeders?|[\w-]*-?seeding)\//i.test(
      path,
    ) ||
    /(^|\/)[\w.-]*(seed|db-reset)[\w.-]*\.[cm]?[jt]s$|(^|\/)migrations?(-?_?(helpers?|utils?))?\.[cm]?[jt]s$|(^|\/)(migrate|backfill)[-_][\w.-]+\.[cm]?[jt]s$/i.test(
      path,
    )
  ) {
    return 'migration'
  }
  if (isBrowser(path, text)) return 'browser'
  if (/(^|\/)(scripts?|bin-dev|extras?|contrib|hack)\//.test(path) || isRepositoryTool(path)) return 'script'
  return 'production'
}

/** `tools/release.js`; in `src/routes/tasks` and the like a task is what the service is about. */
function isRepositoryTool(path: string): boolean {
  const at = /(^|\/)(tools?|tasks)\//.exec(path)
  return (
    at !== null &&
    !/(^|\/)(src|app|server|api|routes?|modules|features|plugins|services|controllers|queues|workers?)\//.test(
      path.slice(0, at.index + 1),
    )
  )
}

/** k6 runs it, with names and modules of its own. */
function isLoadTest(text: string): boolean {
  return text.includes('k6') && /^import\b[^'"\n]*['"]k6(\/[\w/.-]+)?['"]/m.test(text)
}

function isMinified(path: string, text: string): boolean {
  if (/[.-]min\.[cm]?js$/.test(path)) return true
  if (text.length < 5000) return false
  let lines = 0
  let longest = 0
  for (let start = 0, end = 0; end < text.length && lines < 2000; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    longest = Math.max(longest, end - start)
    lines += 1
  }
  return longest > 5000 && text.length / lines > 300
}

/** What a compiler wrote from TypeScript. */
function isCompiled(path: string, text: string): boolean {
  const head = path.endsWith('.js') ? text.slice(0, 1500) : ''
  return (
    head.includes('Object.defineProperty(exports, "__esModule", { value: true })') ||
    /^(var|const) __(importDefault|awaiter|createBinding) = \(this && this\./m.test(head)
  )
}

/**
 * Folders of other people's code that was copied in: under `lib` or `libs`, with a licence and without a manifest.
 * They end with a slash.
 */
export const findCopiedFolders = onceFor((paths: readonly string[]): readonly string[] => {
  const known = new Set(paths)
  return paths.flatMap((path) => {
    const folder = /^(.*\/)?libs?\/[^/]+\/(?=licen[cs]e(\.\w+)?$)/i.exec(path)?.[0]
    return folder === undefined || known.has(`${folder}package.json`) ? [] : [folder]
  })
})

function isMarkedGenerated(text: string): boolean {
  return /@generated\b|auto-?generated (by|file)|do not edit/i.test(text.slice(0, 600))
}

function isTooling(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    /^(gruntfile|gulpfile|jest\.[\w.-]*|vitest\.[\w.-]*|webpack[\w.-]*|rollup[\w.-]*|vite[\w.-]*|[\w.-]+\.config|\.[\w-]+rc)\.[cm]?[jt]s$/i.test(
      name,
    ) &&
    !/^(orm|knex|drizzle|ecosystem)/i.test(name) &&
    !isSettings(path, name)
  )
}

const tools =
  /^(jest|vitest|vite|webpack|rollup|babel|eslint|prettier|tailwind|postcss|next|nuxt|svelte|astro|vue|remix|gatsby|playwright|cypress|karma|wdio|protractor|commitlint|lint-?staged|tsup|tsdown|esbuild|stylelint|metro|rspack|rsbuild|swc|nyc|ava|mocha|stryker|release|semantic-release|docusaurus|storybook|unocss|craco|turbo|nx|knip|biome|oxlint|i18next|sentry|codegen|graphql|orval|prisma|quasar|ionic|capacitor|stencil|typedoc|changelog|size-limit|mikro-orm)\b/i

/** `src/configs/db.config.js` holds settings of the application, not of a tool. */
function isSettings(path: string, name: string): boolean {
  return (
    /\.config\.[cm]?[jt]s$/.test(name) &&
    !tools.test(name) &&
    /(^|\/)(src|app|server|backend|api|lib|core|configs?)\//.test(path)
  )
}

function isBrowser(path: string, text: string): boolean {
  if (
    /(^|\/)(public|assets?|static|frontend|client|client-?side|browser|www|web\/static)\//.test(path) &&
    !/(^|\/)src\/static\.[jt]s$/.test(path)
  ) {
    if (/\b(window|document)\b\s*[.[]|\bjQuery\b|\$\(/.test(text)) return true
    if (/(^|\/)public\/src\//.test(path)) return !/process\.env|require\(['"](fs|path|http|express)['"]/.test(text)
    if (/(^|\/)(public|assets|static)\/.*\.js$/.test(path) && !/\brequire\(|process\.env|module\.exports/.test(text))
      return true
  }
  if (
    /(^|\/)(frontend|client|web|dashboard|ui)\/(.*\/)?(components|pages|views|hooks|widgets|client)\/.*\.[jt]sx$/.test(
      path,
    )
  )
    return true
  if (
    /(^|\/)service-?worker\.[jt]s$/.test(path) ||
    (path.endsWith('.ts') &&
      /from ['"]react['"]/.test(text) &&
      /\buse(Effect|State|Query|Callback|Memo|Ref)\b/.test(text))
  )
    return true
  if (/from ['"]@(angular\/(core|common)|vue\/|ionic\/angular)/.test(text)) return true
  return (
    /\.[jt]sx$/.test(path) &&
    /from ['"](react|preact|mobx-react|styled-components|react-(?!email|dom\/server)[\w-]+|prosemirror-[\w-]+)['"]/.test(
      text,
    )
  )
}
