import { functionAround, keyOf, literalText, propertyOf, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import type { Codebase } from '../../codebase.ts'
import { requiresIn } from '../../facts/imports.ts'
import { responsesIn } from '../../facts/responses.ts'
import { objectOf } from '../../facts/sessions.ts'
import { compareVersions, lowestVersion } from '../../facts/versions.ts'
import { atOnce } from '../../parse/once.ts'
import { lookUp, type Binding } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { arrivalsAt, type Arrival } from '../arrivals.ts'
import { callersOf } from '../callers.ts'
import { inWords } from '../matches.ts'
import { lineOf, sourceText } from '../places.ts'
import { isGlued } from './path-traversal/glued.ts'
import { isLookedUp } from './path-traversal/looked-up.ts'
import type { Match, Rule, Words } from '../rule.ts'

const fileCalls =
  /^((fs|fs\.promises|fs-extra|graceful-fs)\.(promises\.)?(readFile|writeFile|appendFile|createReadStream|createWriteStream|unlink|rm|rmdir|readdir|opendir|open|l?stat|access|rename|copyFile|cp|symlink|link|truncate|chmod|mkdir|exists|realpath|remove|move|copy|(read|write|output)(Json|JSON)|outputFile|ensure(Dir|File)|emptyDir|pathExists)(Sync|Async)?|mkdirp(\.\w+)?|rimraf(\.\w+)?)$/

export const pathTraversal: Rule = {
  id: 'path-traversal',
  category: 'path-traversal',
  severity: 'high',
  confidence: 'high',
  title: 'A file path is built from request input',
  why: '`../` in the value leaves the folder the code has in mind.',
  effects: { safety: 'The caller reads, overwrites or deletes files of the server.' },
  fix: {
    say: 'Check that the resolved path stays inside the folder; better still, choose the name yourself.',
    code: {
      any: "const root = path.resolve(folder)\nconst file = path.resolve(root, String(name))\nif (!file.startsWith(root + path.sep)) return res.status(400).json({ error: 'invalid name' })",
    },
  },
  sources: ['https://owasp.org/www-community/attacks/Path_Traversal', 'https://expressjs.com/en/api.html#res.sendFile'],
  *find(codebase) {
    const matches = codebase.index.named(fileCalls).flatMap(({ call, file, name }) => {
      const [first] = pathsOf(call, file).flatMap((value) => {
        const all = arrivalsAt(codebase, { call, value, file })
        return all.length > 0 ? [all.filter(isOpen(codebase))] : []
      })
      return (first ?? []).map((arrival) => ({ probes: isProbe(name), ...found(arrival, codebase) }))
    })
    yield* oneForEachInput(matches)
    for (const file of codebase.production) {
      yield* inWords(ofModules, reached(modulesIn(file), file, codebase))
      yield* inWords(ofAnswers, reached(filesSent(file, codebase), file, codebase))
    }
    yield* extractions(codebase)
    yield* staticServer(codebase)
  },
}

const ofModules: Words = {
  title: 'A module is loaded by a name from the request',
  fix: {
    say: 'Choose the module from a fixed list.',
    code: {
      Express:
        "const reports = new Map([['sales', makeSales], ['stock', makeStock]])\nconst make = reports.get(req.params.name)\nif (!make) return res.status(404).json({ error: 'no such report' })",
    },
  },
}

const ofAnswers: Words = {
  fix: {
    say: 'Send files by their name and the folder they are in: `root` refuses what leads out of it.',
    code: { Express: 'res.sendFile(String(req.params.name), { root: uploadFolder })' },
  },
}

function reached(calls: readonly [Node, Node][], file: SourceFile, codebase: Codebase): Match[] {
  return calls.flatMap(([call, value]) =>
    arrivalsAt(codebase, { call, value, file })
      .filter(isOpen(codebase))
      .map((arrival) => found(arrival, codebase)),
  )
}

/** Modules that are loaded by a name that is no constant. */
const modulesIn = atOnce((file: SourceFile): [Node, Node][] =>
  [
    ...requiresIn(file).flatMap((call): [Node, Node][] => (call.arguments[0] ? [[call, call.arguments[0]]] : [])),
    ...file.dynamicImports.map((node): [Node, Node] => [node, node.source]),
  ].filter(([, name]) => literalText(name) === undefined),
)

/** What an answer sends as a file: inside a folder that is given as `root`, only the folder matters. */
function filesSent(file: SourceFile, codebase: Codebase): [Node, Node][] {
  return responsesIn(file, codebase.web).flatMap(({ call, method, handler }): [Node, Node][] => {
    // Fastify's plugin sends nothing from outside the folder it is set up with.
    if (!/^(sendFile|sendfile|download)$/.test(method) || handler.framework === 'fastify') return []
    const [path, second] = call.arguments
    const [options] = call.arguments.slice(1).flatMap((item) => objectOf(item, file, codebase.meanings)?.node ?? [])
    if (second?.type === 'Identifier' && !options && /opt|config|root/i.test(second.name)) return []
    const value = propertyOf(options, 'root') ?? path
    return value ? [[call, value]] : []
  })
}

function isProbe(name: string): boolean {
  return /\.(l?stat|access|exists|pathExists|realpath)(Sync|Async)?$/.test(name)
}

/** One input that reaches several calls of a file has one cause: the call that reads or writes is named first. */
function* oneForEachInput(matches: readonly (Match & { probes: boolean })[]): Iterable<Match> {
  for (const group of Map.groupBy(matches, (match) => `${match.file.path}\n${match.message}`).values()) {
    const [first, ...rest] = group.toSorted((a, b) => Number(a.probes) - Number(b.probes))
    if (!first) continue
    const { probes, ...match } = first
    // Whether a file exists says little by itself.
    yield { ...match, ...(probes ? { severity: 'medium' as const } : {}), also: rest.flatMap(placeOf) }
  }
}

function placeOf({ file, node }: Match): { path: string; line: number }[] {
  return node && 'lineStarts' in file ? [{ path: file.path, line: lineOf(node, file) }] : []
}

function pathsOf(call: CallNode, file: SourceFile): Node[] {
  const paths = call.arguments.slice(0, /rename|copy|move|^cp|link/i.test(keyOf(call.callee) ?? '') ? 2 : 1)
  return paths.filter((path) => {
    const { start, end } = unwrap(path)
    // Names the upload library gives itself are not the caller's.
    return (
      literalText(path) === undefined && !/(tempFilePath|\.path|filepath|\.filename)$/.test(file.text.slice(start, end))
    )
  })
}

function isOpen(codebase: Codebase): (arrival: Arrival) => boolean {
  return ({ trace, node, file }) => {
    if (trace.marks.has('file-name') || trace.marks.has('sanitized')) return false
    if (trace.bindings.some((binding, index) => refusesDots(binding, trace.files[index]))) return false
    if (trace.bindings.some((binding, index) => isKeptInside(binding, trace.files[index]))) return false
    return (
      trace.kind !== 'file' ||
      (trace.keys.some((key) => /name/i.test(key)) && (isDecoded(node, file) || keepsFolders(codebase)))
    )
  }
}

/** What is decoded after its folders were left out may have some again. */
function isDecoded(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  return around !== undefined && file.text.slice(around.start, around.end).includes('decodeURIComponent(')
}

/** busboy, which most libraries read uploads with, leaves folders out of their names (https://github.com/mscdex/busboy). */
function keepsFolders({ project, production }: Codebase): boolean {
  const readsItself = project.dependencies.some(({ name }) => /formidable|multiparty/.test(name))
  return readsItself || production.some(({ text }) => text.includes('preservePath'))
}

/** `if (name.includes('..'))` and `if (name.includes('/')) return` where the name is declared: without a slash no folder is left. */
function refusesDots({ name, node }: Binding, file: SourceFile | undefined): boolean {
  const around = functionAround(node)
  const text = around && file ? file.text.slice(around.start, around.end) : ''
  const asks = (...parts: string[]) => parts.some((part) => text.includes(`${name}.includes(${part})`))
  return asks("'..'", '".."') || (asks("'/'", '"/"') && /\b40[0-4]\b|\bthrow\b|\bError\(/.test(text))
}

/** `if (!isPathInside(folder, path)) throw …` where the name is declared. */
function isKeptInside({ name, node }: Binding, file: SourceFile | undefined): boolean {
  const around = functionAround(node)
  const text = around && file ? file.text.slice(around.start, around.end) : ''
  return (
    /inside|within|outside|contain/i.test(text) &&
    new RegExp(
      String.raw`\bif\s*\(\s*!?\s*(await\s+)?[\w$.]*(inside|within|outside|contain(s|ed))\w*\([^;{}]*\b${name.replaceAll('$', String.raw`\$`)}\b`,
      'i',
    ).test(text)
  )
}

function found({ trace, file, node, steps }: Arrival, codebase: Codebase): Match {
  const isNarrow =
    (trace.joined &&
      (isEnded(trace.joined.node, trace.joined.file) || isGlued(trace.joined.node, trace.joined.file, codebase))) ||
    callersOf(trace, codebase) !== 'anyone'
  return {
    file,
    node,
    steps,
    ...(isNarrow ? { severity: 'medium' as const } : {}),
    ...(isLookedUp(trace, node, file) ? { severity: 'low' as const, confidence: 'low' as const } : {}),
    message: `The path holds ${sourceText(trace, file, node)}.`,
  }
}

/** What stands behind the value, as in `${id}.json`, leaves the caller only the files that end so. */
function isEnded(node: Node, file: SourceFile): boolean {
  const at = unwrap(node)
  if (at.type === 'TemplateLiteral') return /\w/.test(at.quasis.at(-1)?.value.raw ?? '')
  if (at.type === 'BinaryExpression') return /\w/.test(literalText(at.right) ?? '')
  if (at.type === 'Identifier') {
    const init = lookUp(file.scopes, at, at.name)?.init
    return init !== undefined && init !== null && isEnded(init, file)
  }
  const last = at.type === 'CallExpression' ? at.arguments.at(-1) : undefined
  return last !== undefined && (literalText(last) !== undefined || isEnded(last, file))
}

/** st below 0.2.5 decodes `%2e%2e` after its check. */
function* staticServer(codebase: Codebase): Iterable<Match> {
  const dependency = codebase.project.dependencies.find((item) => item.name === 'st')
  const version = dependency && (dependency.installed ?? lowestVersion(dependency.range))
  if (!version || compareVersions(version, '0.2.5') >= 0) return
  for (const { call, file } of codebase.index.named(/^st$/)) {
    yield {
      file,
      node: call,
      words: updated('st'),
      message: `st ${version} serves files outside its folder (CVE-2014-3744).`,
    }
  }
}

/** Archives name their own files; old extractors write outside the target. */
function* extractions(codebase: Codebase): Iterable<Match> {
  const version = codebase.project.dependencies.find((dependency) => dependency.name === 'adm-zip')
  const text = version?.installed ?? version?.range ?? ''
  if (!/(^|\D)0\.([0-3]|4\.([0-9]|10))(\D|$)/.test(text)) return
  for (const { call, file } of codebase.index.methods('extractAllTo', 'extractEntryTo')) {
    yield {
      file,
      node: call,
      words: updated('adm-zip'),
      message: `adm-zip ${text} writes entries named \`../x\` outside the target folder.`,
    }
  }
}

function updated(name: string): Words {
  return {
    title: 'An old package leaves its folder',
    why: 'This version follows `../` in the names it is given.',
    fix: { say: 'Update the package.', code: { any: `npm install ${name}@latest` } },
  }
}
