import type { FileRecord } from './ledger.ts'

const lockfile =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|composer\.lock|Gemfile\.lock|poetry\.lock|Cargo\.lock|go\.sum)$/i
/** What rules read besides JavaScript and TypeScript: manifests, containers, pipelines, environments, templates, schemas. */
const readByRules =
  /(^|\/)(package\.json|tsconfig[\w.-]*\.json|jsconfig\.json|pnpm-workspace\.yaml|\.npmrc|\.nvmrc|\.node-version|\.tool-versions|Procfile|Dockerfile[^/]*|[^/]*\.Dockerfile|docker-compose[^/]*\.ya?ml|compose[^/]*\.ya?ml|\.env[^/]*)$|^\.github\/workflows\/|(^|\/)(\.gitlab-ci\.yml|Jenkinsfile|nginx[^/]*\.conf)$|\.(ejs|pug|hbs|handlebars|njk|mustache|prisma|pem|key)$/i

const kinds: readonly (readonly [RegExp, string])[] = [
  [
    /(^|\/)(licen[cs]e|notice|changelog|authors|contributors|codeowners)[^/]*$|\.(md|mdx|txt|rst|adoc)$/i,
    'documentation',
  ],
  [/\.d\.[cm]?ts$/i, 'types'],
  [/\.(css|scss|sass|less|styl|html?|svg|vue|svelte|astro)$/i, 'browser'],
  [/\.(py|rb|go|rs|java|kt|cs|php|c|cc|cpp|h|hpp|swift|scala|ex|exs|lua|pl|dart)$/i, 'other languages'],
  [/\.(sh|bash|zsh|ps1|bat|cmd|mk)$|(^|\/)Makefile$/i, 'scripts'],
  [/\.(sql|csv|tsv|ndjson|jsonl|xml|proto|graphql|gql|avsc|po|parquet)$/i, 'data'],
  [/\.(json[5c]?|ya?ml|toml|ini|conf|cfg|properties|tf|hcl)$|(^|\/)\.[^/]+$/i, 'configuration'],
]

/** What became of a text that is no JavaScript or TypeScript. */
export function classifyUnparsed(path: string): FileRecord {
  if (readByRules.test(path)) return { path, status: 'read', reason: undefined }
  if (lockfile.test(path)) return { path, status: 'listed', reason: 'lockfile' }
  const reason = kinds.find(([pattern]) => pattern.test(path))?.[1] ?? 'other'
  return { path, status: 'listed', reason }
}
