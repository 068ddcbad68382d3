import type { Codebase } from '../../../codebase.ts'
import { folderOf } from '../../../facts/module-paths.ts'
import { importsOnlyTypes } from '../../../facts/type-imports.ts'
import { keyLine } from '../../dependencies/manifest-places.ts'
import { textFile } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `tsc` writes imports as they are: what `paths` of the tsconfig stands for, plain Node.js does not find. */
export function* aliasesLeft(codebase: Codebase): Iterable<Match> {
  const { manifests, dependencies } = codebase.project
  const [root] = manifests
  if (!root || manifests.length !== 1 || dependencies.some(({ name }) => resolvers.test(name))) return
  const { build } = root.scripts
  const start = root.scripts['start:prod'] ?? root.scripts['start']
  if (build === undefined || start === undefined) return
  if (!/^(rimraf \S+ && |rm -rf \S+ && |npx )*tsc\b(?!.*(alias|tspaths|esbuild|babel|swc))/.test(build)) return
  if (!/(^|&& |=\S+ )node (?!.*(-r|--require|--import|--loader))\S*(dist|build|out)/.test(start)) return
  const edge = codebase.modules.imports.find(({ from, specifier, typeOnly, lazy }) => {
    const file = codebase.sources.get(from)
    return (
      !typeOnly &&
      !lazy &&
      file?.kind === 'production' &&
      isAlias(specifier, codebase) &&
      !importsNothing(from, specifier, codebase)
    )
  })
  if (!edge) return
  yield {
    file: textFile(codebase, root.path),
    line: keyLine(codebase, root.path, 'start', 'scripts'),
    severity: 'high',
    message: `\`tsc\` leaves \`${edge.specifier}\` (${edge.from}:${edge.line}) as it is written, and Node.js does not know the aliases of the tsconfig: the built service does not start.`,
  }
}

const resolvers =
  /^(tsc-alias|tsconfig-paths|module-alias|tscpaths|ttypescript|ts-patch|typescript-transform-paths|babel-plugin-module-resolver|@nestjs\/cli|tsup|esbuild|@swc\/core|link-module-alias|@zerollup\/ts-transform-paths|resolve-tspaths|app-module-path)$/

/** An alias of a tsconfig, and none that Node.js knows by `imports`. */
function isAlias(specifier: string, { modules }: Codebase): boolean {
  return (
    /^(@\/|~\/|@[\w-]+\/|src\/)/.test(specifier) &&
    modules.paths.aliases.some(
      ({ folder, pattern }) =>
        folder === '' && pattern !== '*' && pattern.endsWith('/*') && specifier.startsWith(pattern.slice(0, -1)),
    ) &&
    folderOf(specifier) !== ''
  )
}

function importsNothing(from: string, specifier: string, codebase: Codebase): boolean {
  const file = codebase.sources.get(from)
  const edge = codebase.modules.importsOf.get(from)?.find((item) => item.specifier === specifier)
  return !file || !edge || importsOnlyTypes(edge, file)
}
