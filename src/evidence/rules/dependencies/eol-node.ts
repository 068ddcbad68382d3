import type { Codebase } from '../../codebase.ts'
import { folderOf } from '../../facts/module-paths.ts'
import type { NodeVersionClaim } from '../../facts/node-version.ts'
import { activeLts, endOfLife } from '../../facts/node-releases.ts'
import { bySentence } from '../matches.ts'
import { textFile } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const eolNode: Rule = {
  id: 'eol-node',
  category: 'eol-node',
  severity: 'medium',
  confidence: 'high',
  title: 'The Node.js version gets no more fixes',
  why: 'Vulnerabilities of this major are published and stay open.',
  effects: { safety: 'Known holes in HTTP, TLS and V8 stay open.' },
  fix: { say: 'Move to an active LTS.', code: { any: `FROM node:${activeLts}-slim` } },
  sources: ['https://nodejs.org/en/about/previous-releases', 'https://github.com/nodejs/Release'],
  *find(codebase) {
    const images = codebase.project.node.claims.filter((claim) => claim.source === 'Dockerfile')
    const claims =
      images.length > 0
        ? images
        : codebase.project.node.claims
            .filter(
              (claim) =>
                (claim.source !== 'CI' || isAllThatIsSaid(claim, codebase)) &&
                (claim.source !== 'engines' || /^v?\d+(\.(\d+|x)){0,2}$/.test(claim.text)),
            )
            .slice(0, 1)
    yield* bySentence(
      tooOld(
        claims.toSorted(
          (one, other) => Number(serves(other, codebase)) - Number(serves(one, codebase)) || one.line - other.line,
        ),
        codebase,
      ),
    )
  },
}

/** CI decides where nothing else does, and not the one of the pages. */
function isAllThatIsSaid({ path }: NodeVersionClaim, { project }: Codebase): boolean {
  return !/front|client|docs|e2e/i.test(path) && project.node.claims.every(({ source }) => source === 'CI')
}

/** The image of the server comes before that of its pages. */
function serves({ path }: NodeVersionClaim, { web }: Codebase): boolean {
  const folder = folderOf(path)
  return folder !== '' && web.servers.some(({ file }) => file.path.startsWith(folder))
}

/** `prod.Dockerfile` stands somewhere in the project, and this is another one. */
function isBesideProduction({ source, path }: NodeVersionClaim, { project }: Codebase): boolean {
  const isOfProduction = (file: string) => /prod(uction)?\b[^/]*$/i.test(file)
  return source === 'Dockerfile' && !isOfProduction(path) && project.dockerfiles.some(isOfProduction)
}

function* tooOld(claims: readonly NodeVersionClaim[], codebase: Codebase): Iterable<Match> {
  for (const claim of claims) {
    const end = claim.major === undefined ? undefined : endOfLife[claim.major]
    if (end === undefined) continue
    yield {
      file: textFile(codebase, claim.path),
      line: claim.line,
      // What CI tests with need not be what serves, nor what builds beside the image for production.
      ...(claim.source === 'CI' || isBesideProduction(claim, codebase) ? { severity: 'low' as const } : {}),
      ...(/\bcorepack\b/.test(codebase.texts.get(claim.path) ?? '') ? { words: withCorepack } : {}),
      message: `Node.js ${claim.major} has been out of support since ${end}.`,
    }
  }
}

/** Node.js comes without Corepack from version 25 on: https://nodejs.org/docs/latest-v24.x/api/corepack.html. */
const withCorepack: Words = {
  fix: {
    say: 'Move to an active LTS; from version 25 on its image has no Corepack, which is then installed by npm.',
    code: { any: `FROM node:${activeLts}-slim\nRUN npm install --global corepack && corepack enable` },
  },
}
