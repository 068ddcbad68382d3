import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { keyOf, literalText, propertyOf } from '../../parse/ast.ts'
import { sourceText } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const xxe: Rule = {
  id: 'xxe',
  category: 'xxe',
  severity: 'high',
  confidence: 'high',
  title: 'The XML parser resolves entities',
  why: 'An entity in the document can name a file or an address; the parser then reads it and the answer shows it.',
  effects: { safety: 'Files and internal services can be read.', memory: 'Nested entities fill the memory.' },
  fix: {
    say: 'Leave entities off, or use a parser that reads no external ones.',
    code: { any: "import { XMLParser } from 'fast-xml-parser'\n\nconst document = new XMLParser().parse(text)" },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html',
    'https://github.com/xmppo/node-expat/issues/237',
  ],
  *find(codebase) {
    const parsers = [
      ...codebase.index.methods('parseXml', 'parseXmlString', 'parseString', 'parse', 'fromString'),
      ...codebase.index.named(/libxml|xmldom|expat/),
    ]
    for (const { call, file } of parsers) {
      const options = call.arguments
        .flatMap((argument) => objectOf(argument, file, codebase.meanings)?.node ?? [])
        .at(-1)
      const flag = ['noent', 'dtdload', 'replaceEntities', 'resolveEntities', 'expandEntities'].find(
        (name) => literalText(propertyOf(options, name)) === 'true',
      )
      if (flag)
        yield {
          file,
          node: call,
          words: switchedOn(flag),
          message: `\`${flag}: true\` makes the parser resolve external entities.`,
        }
    }
    yield* libxmlFlags(codebase)
    yield* nestedEntities(codebase)
  },
}

/** The option that resolves entities is the one to take out. */
function switchedOn(flag: string): Words {
  return {
    fix: {
      say: `Take \`${flag}\` out: without it the parser resolves no entities.`,
      code: { any: `const document = parseXml(text, { nonet: true, ${flag}: false })` },
    },
  }
}

/** `ParseOption.XML_PARSE_NOENT` of libxml2-wasm and other bindings. */
function* libxmlFlags({ production }: Codebase): Iterable<Match> {
  for (const file of production) {
    if (!file.text.includes('XML_PARSE_NOENT')) continue
    for (const member of file.members)
      if (keyOf(member) === 'XML_PARSE_NOENT')
        yield { file, node: member, message: '`XML_PARSE_NOENT` makes the parser resolve entities.' }
  }
}

/** node-expat brings an expat from before its limit for nested entities, and xml2json is built on it. */
function* nestedEntities(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(
    /^(node-expat\.Parser\(\)\.(parse|write)|xml2json\.toJson)$/,
  )) {
    const [text] = call.arguments
    const trace = text && codebase.flow.trace(text, file)
    if (!trace) continue
    yield {
      file,
      node: call,
      severity: 'medium',
      message: `\`${name}\` expands nested entities without a limit, and reads ${sourceText(trace, file, text)}: less than a kilobyte blocks the process for minutes.`,
      steps: trace.steps,
    }
  }
}
