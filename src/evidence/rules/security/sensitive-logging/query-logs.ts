import type { Codebase } from '../../../codebase.ts'
import { keyOf, literalText, propertyOf, type Node } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** Database clients that are told to log every query. */
export function* queryLogs(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(
    /^sequelize(\.Sequelize)?$|^mongoose\.set$|^typeorm\.(createConnection|DataSource)$/,
  )) {
    if (call.type !== 'NewExpression' && name.startsWith('sequelize')) continue
    const options = call.arguments.at(-1)
    if (name === 'mongoose.set') {
      if (
        literalText(call.arguments[0]) === 'debug' &&
        literalText(call.arguments[1]) === 'true' &&
        !/NODE_ENV|development/.test(file.text.slice(Math.max(0, call.start - 200), call.start))
      ) {
        yield {
          file,
          node: call,
          severity: 'low',
          words: ofQueries,
          message: 'Every query with its values is written to the log.',
        }
      }
      continue
    }
    if (name.startsWith('typeorm')) continue
    const logging = propertyOf(options, 'logging')
    const text = logging ? textOf(logging, file) : ''
    if (logging && !/^(true|console\.log)$/.test(text)) continue
    if (!logging && options?.type !== 'ObjectExpression' && !configured(options, file, codebase)) continue
    yield {
      file,
      node: call,
      severity: 'low',
      words: ofQueries,
      message: logging
        ? 'Every query, with the values of its conditions, is written to the log.'
        : 'Sequelize writes every query, with the values of its conditions, to the log unless `logging` says otherwise.',
    }
  }
  for (const file of codebase.production) {
    for (const node of loggingOn(file))
      yield {
        file,
        node,
        severity: 'low',
        words: ofQueries,
        message: 'Every query with its values is written to the log.',
      }
  }
}

const loggingOn = atOnce((file: SourceFile) =>
  file.properties.filter(
    (property) =>
      keyOf(property) === 'logging' &&
      /^(true|['"]all['"]|!\s*is_?test)$/i.test(textOf(property.value, file)) &&
      property.parent?.type === 'ObjectExpression' &&
      (propertyOf(property.parent, 'entities') ||
        propertyOf(property.parent, 'synchronize') ||
        propertyOf(property.parent, 'type')),
  ),
)

/** Options from a name: logging is left on unless the name's file turns it off. */
function configured(options: Node | undefined, file: SourceFile, codebase: Codebase): boolean {
  if (!options) return true
  return (
    !/logging/.test(file.text) &&
    ![...codebase.texts].some(([path, text]) => /config/.test(path) && /\blogging\b/.test(text))
  )
}

const ofQueries: Words = {
  why: 'The values of a query are what people sent: names, addresses, hashes of passwords and tokens.',
  effects: { safety: 'Whoever reads the log has the data of the tables in it.' },
  fix: {
    say: 'Switch it off outside development.',
    code: {
      Mongoose: "mongoose.set('debug', process.env.NODE_ENV === 'development')",
      TypeORM: 'new DataSource({ ...options, logging: false })',
      any: 'new Sequelize(url, { logging: false })',
    },
  },
}
