import { objectOf } from '../../facts/sessions.ts'
import { literalText, propertyOf } from '../../parse/ast.ts'
import type { Rule } from '../rule.ts'

export const xxe: Rule = {
  id: 'xxe',
  category: 'xxe',
  severity: 'high',
  confidence: 'high',
  title: 'The XML parser resolves entities',
  why: 'An entity in the document can name a file or an address; the parser then reads it and the answer shows it.',
  effects: { safety: 'Files and internal services can be read.', memory: 'Nested entities fill the memory.' },
  fix: {
    say: 'Leave entities off.',
    code: { any: 'const document = libxmljs.parseXml(text, { noent: false, nonet: true })' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html'],
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
      if (flag) yield { file, node: call, message: `\`${flag}: true\` makes the parser resolve external entities.` }
    }
  },
}
