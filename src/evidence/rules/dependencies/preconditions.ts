import type { Codebase } from '../../codebase.ts'
import { says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'

type Precondition = {
  /** What the weakness needs, as a reader would look for it. */
  needs: string
  /** What code that has it says. */
  shows: (file: SourceFile) => boolean
  /** What code that does without it says; where nothing does, nothing is known. */
  instead?: (file: SourceFile) => boolean
}

/** What the advisories themselves name as needed, by their ids at https://github.com/advisories. */
const preconditions: Readonly<Record<string, Precondition>> = {
  'GHSA-593f-38f6-jp5m': {
    needs: '`app.proxy`',
    shows: says(/\.proxy\s*=|\bproxy\s*:\s*(?!false)|new\s+Koa\(\s*[^)\s{]/),
  },
  'GHSA-7gcc-r8m5-44qm': { needs: '`ctx.hostname`', shows: says(/\bhostname\b|\bsubdomains\b|\.URL\b/) },
  'GHSA-wpg9-53fq-2r8h': { needs: '`sanitizeFilter`', shows: says(/sanitizeFilter/) },
  'GHSA-m7xq-9374-9rvx': {
    needs: '`match` in `populate`',
    shows: says(
      /\bpopulate\b[\s\S]{0,300}?\bmatch\s*[:,}]|\bmatch\s*:[^;]{0,200}?\bpath\s*:|populate\([^'"`{)]*\b(req|request|ctx|query|body|params)\b/,
    ),
  },
  'GHSA-8cf7-32gw-wr33': {
    needs: 'a key that is not a secret',
    shows: says(
      /\b[REP]S(256|384|512)\b|(public|private|signing|rsa)_?(key|cert|pem)|\.pem\b|\bBEGIN\b|jwks|create(Public|Private)Key|generateKeyPair|\bcert(ificate)?\b/i,
    ),
    instead: says(/secret|\bHS(256|384|512)\b/i),
  },
}

/** What an advisory needs that no code of the project shows; undefined where it is there, or not known. */
export function absentFor(ghsa: string, codebase: Codebase): string | undefined {
  const known = Object.hasOwn(preconditions, ghsa) ? preconditions[ghsa] : undefined
  if (!known || codebase.production.length === 0) return undefined
  const { production } = codebase
  const isThere = production.some(known.shows) || (known.instead && !production.some(known.instead))
  return isThere ? undefined : known.needs
}

/** The advisories that a text about one package names; none where it leaves some out. */
export function advisoriesIn(text: string): string[] {
  const named = text.match(/\bGHSA(-[\da-z]{4}){3}\b/g) ?? []
  const more = Number(/; (\d+) more: /.exec(text)?.[1] ?? 0)
  return named.length === more + 1 ? named : []
}
