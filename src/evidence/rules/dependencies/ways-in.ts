import type { Codebase } from '../../codebase.ts'
import { isSignedIn } from '../../facts/caller.ts'
import { packageNameOf } from '../../facts/module-paths.ts'
import { onceFor, says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { socketServers } from './preconditions.ts'

/** Whether code in the folder of a package.json, which ends with a slash or is empty, opens a weakness to outsiders. */
type WayIn = (codebase: Codebase, folder: string) => boolean

const importers = onceFor(({ modules }: Codebase) =>
  Map.groupBy(
    modules.imports.filter(({ typeOnly }) => !typeOnly),
    ({ specifier }) => packageNameOf(specifier),
  ),
)

/** A file that runs in production imports the package and says what a pattern asks for. */
function usedAs(name: string, pattern = /(?:)/, unless?: RegExp): WayIn {
  const has = says(pattern)
  const spared = unless ? says(unless) : () => false
  return (codebase, folder) =>
    importers(codebase)
      .get(name)
      ?.some(({ from }) => {
        const file: SourceFile | undefined = from.startsWith(folder) ? codebase.sources.get(from) : undefined
        return file?.kind === 'production' && has(file) && !spared(file)
      }) ?? false
}

const takesUploads = usedAs('multer')

/** Before anyone is asked who is calling. */
const uploads: WayIn = (codebase, folder) =>
  takesUploads(codebase, folder) &&
  codebase.web.routes.some(
    (route) =>
      route.chain.some(({ name }) => /upload|multer|\.(single|array|fields|any|none)\b/i.test(name)) &&
      !isSignedIn(route, codebase),
  )

const fastifyRoutes: WayIn = ({ web }, folder) =>
  web.routes.some(({ framework, file }) => framework === 'fastify' && file.path.startsWith(folder))
const socketServer = usedAs('ws', socketServers)
/** Templates that are not files of the project. */
const givenTemplates = usedAs('handlebars', /\bcompile\s*\(\s*(?!['"`])/, /readFile|\brequire\(\s*['"](node:)?fs\b/)
const expressions = usedAs('mathjs', /\b(eval|evaluate|parse|compile)\s*\(/)
const documents = /\bparse(Xml|XmlString|Html)?\w*\s*\(/

/** How outsiders get to a weakness: by the use of the package alone, or by one kind of use. */
const waysIn: Readonly<Record<string, WayIn>> = {
  'GHSA-2p57-rm9w-gvfp': usedAs('ip', /\bis(Private|Public)\b/),
  'GHSA-29qv-4j9f-fjw5': expressions,
  'GHSA-3h5v-q93c-6h6q': socketServer,
  'GHSA-44fp-w29j-9vj5': uploads,
  'GHSA-455w-c45v-86rg': fastifyRoutes,
  'GHSA-4mxg-3p6v-xgq3': usedAs('passport-saml'),
  'GHSA-5528-5vmv-3xc2': uploads,
  'GHSA-593f-38f6-jp5m': () => true,
  'GHSA-6663-c963-2gqg': socketServer,
  'GHSA-69rr-wvh9-6c4q': usedAs('st'),
  'GHSA-6g6m-m6h5-w9gf': usedAs('express-jwt', /(?:)/, /\balgorithms\b/),
  'GHSA-6j2x-vhqr-qr7q': usedAs('vm2', /\bnew\s+\w*\.?(NodeVM|VM)\b/),
  'GHSA-72gw-mp4g-v24j': uploads,
  'GHSA-765h-qjxv-5f44': givenTemplates,
  'GHSA-8j8c-7jfh-h6hx': usedAs('js-yaml', /\bload(All)?\(\s*[^;\n]*\b(req|request|ctx|body|input)\b/),
  'GHSA-96hv-2xvq-fx4p': socketServer,
  'GHSA-9wcg-jrwf-8gg7': usedAs('express-fileupload', /\bparseNested\s*:\s*true/),
  'GHSA-c7hr-j4mj-j2w6': usedAs('jsonwebtoken', /\bverify\b/),
  'GHSA-cf4h-3jhx-xvhq': usedAs('underscore', /\btemplate\s*\([^;\n]*\b(req|request|ctx|body|input)\b/),
  'GHSA-g5hg-p3ph-g8qg': uploads,
  'GHSA-jf85-cpcp-j695': usedAs(
    'lodash',
    /\b(defaultsDeep|merge|mergeWith|set|setWith|zipObjectDeep)\([^;\n]*\b(req|request|ctx|body|input)\b/,
  ),
  'GHSA-jx2c-rxcm-jvmq': fastifyRoutes,
  'GHSA-m974-647v-whv7': usedAs('passport-saml'),
  'GHSA-mg49-jqgw-gcj6': usedAs('libxmljs', documents),
  'GHSA-mjr4-7xg5-pfvh': usedAs('libxmljs2', documents),
  'GHSA-mm62-wxc8-cf7m': usedAs('serialize-to-js', /\bdeserialize\b/),
  'GHSA-pv8x-p9hq-j328': expressions,
  'GHSA-q4v7-4rhw-9hqm': usedAs('node-serialize', /\bunserialize\b/),
  'GHSA-qwcr-r2fm-qrc7': usedAs('body-parser', /\burlencoded\b/),
  'GHSA-rjf2-j2r6-q8gr': usedAs('vm2', /\bnew\s+\w*\.?(NodeVM|VM)\b/),
  'GHSA-x2fc-mxcx-w4mf': expressions,
  'GHSA-xhpv-hc6g-r9c6': givenTemplates,
}

/** Whether the code shows how outsiders get to one of these weaknesses; without that a version is only a version. */
export function isReached(ids: readonly string[], manifest: string, codebase: Codebase): boolean {
  const folder = manifest.slice(0, -'package.json'.length)
  return ids.some((ghsa) => Object.hasOwn(waysIn, ghsa) && waysIn[ghsa]?.(codebase, folder))
}
