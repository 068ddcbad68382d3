import type { Codebase } from '../../codebase.ts'
import { chainTop } from '../../facts/promises.ts'
import { ancestor, functionAround, isFunction, keyOf, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf, textOf, standsApart } from '../places.ts'
import type { Rule } from '../rule.ts'

export const startedWithoutDatabase: Rule = {
  id: 'started-without-database',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'medium',
  title: 'The service starts although its database is away',
  why: 'That the connection failed is a line in the log; the process stays up, takes requests and cannot serve one of them.',
  effects: {
    latency: 'Requests wait until the driver gives up.',
    safety: 'The platform sees a living process and does not start it again.',
  },
  fix: {
    say: 'Connect first, listen then, and end the process when it cannot be done.',
    code: {
      Prisma:
        "try {\n  await prisma.$connect()\n  app.listen(port)\n} catch (error) {\n  logger.fatal({ err: error }, 'no database')\n  process.exit(1)\n}",
      TypeORM:
        "try {\n  await dataSource.initialize()\n  app.listen(port)\n} catch (error) {\n  logger.fatal({ err: error }, 'no database')\n  process.exit(1)\n}",
      Sequelize:
        "try {\n  await sequelize.authenticate()\n  app.listen(port)\n} catch (error) {\n  logger.fatal({ err: error }, 'no database')\n  process.exit(1)\n}",
      any: "try {\n  await mongoose.connect(url)\n  app.listen(port)\n} catch (error) {\n  logger.fatal({ err: error }, 'no database')\n  process.exit(1)\n}",
    },
  },
  sources: ['https://12factor.net/disposability', 'https://mongoosejs.com/docs/connections.html#error-handling'],
  *find(codebase) {
    if (codebase.web.servers.length === 0) return
    for (const { call, file } of codebase.index.named(connecting)) {
      if (requestOf(codebase, call) || tools.test(file.path) || isInListener(call)) continue
      if (standsApart(file, codebase)) continue
      const rescue = rescueOf(call, file, codebase)
      if (rescue === undefined || ends.test(rescue) || !says.test(rescue) || isEndedBeside(call, file)) continue
      yield {
        file,
        node: chainTop(call),
        line: lineOf(call, file),
        message: `When \`${textOf(call.callee, file, 40).replace(/\s+\./g, '.')}\` fails, that is written down and the service goes on without its database.`,
      }
    }
  },
}

const connecting =
  /^mongoose\.(connect|createConnection)$|^sequelize\.(Sequelize|default)?\(?\)?\.?authenticate$|^(sequelize(\.Sequelize)?|typeorm\.DataSource|mongodb\.MongoClient)\(\)\.(authenticate|initialize|connect)$|^typeorm\.createConnection$|^mongodb\.MongoClient\.connect$/

/** `connection.on('disconnected', …)`: the service has started long before. */
function isInListener(call: Node): boolean {
  return (
    ancestor(
      call,
      (at) =>
        isFunction(at) &&
        at.parent?.type === 'CallExpression' &&
        /^(on|once|addListener)$/.test(keyOf(at.parent.callee) ?? ''),
    ) !== undefined
  )
}

/** What a person runs and watches. */
const tools = /(^|\/)[\w-]*(scripts?|seed\w*|set-?up|migrat\w*|import|reset|populate)[\w-]*(\.\w+$|\/)/i
const says = /\b(console|logger|log|debug|winston)\w*\s*[.(]/i
const ends =
  /\bexit\w*\b|\bthrow\b|\breject\b|\bretry\w*|setTimeout|\bkill\b|\babort\b|shutdown|\bdone\(|\bnext\(|\bcb\(|callback\(|\b(re)?connect\(/i

/** `sequelize.sync()` in the same file, whose rejection nobody catches, ends the process all the same. */
function isEndedBeside(call: CallNode, file: SourceFile): boolean {
  return file.calls.some(
    (other) =>
      other !== call &&
      other.callee.type === 'MemberExpression' &&
      keyOf(other.callee) === 'sync' &&
      /sequelize|db|connection/i.test(textOf(other.callee, file, 40)) &&
      functionAround(other) === functionAround(call) &&
      !ancestor(other, (at) => at.type === 'TryStatement') &&
      !/\.catch\(|\.then\([^;]*,/.test(file.text.slice(other.end, chainTop(other).end)),
  )
}

/** The code that runs when a connection fails; undefined where nothing does, or where listening waits for it. */
function rescueOf(call: CallNode, file: SourceFile, codebase: Codebase): string | undefined {
  const top = chainTop(call)
  if (/\blisten\(|\bserve\(/.test(file.text.slice(call.end, top.end))) return undefined
  for (let at: Node = unwrap(top); at !== call && at.type === 'CallExpression';) {
    if (at.callee.type !== 'MemberExpression') return undefined
    const name = keyOf(at.callee)
    const caught = name === 'catch' ? at.arguments[0] : name === 'then' ? at.arguments[1] : undefined
    if (caught) return bodyOf(caught, file, codebase)
    at = unwrap(at.callee.object)
  }
  const callback = call.arguments.at(-1)
  if (isFunction(callback))
    return /\blisten\(/.test(textOf(callback, file, 2000)) ? undefined : bodyOf(callback, file, codebase)
  const attempt = ancestor(call, (node) => node.type === 'TryStatement', functionAround(call))
  if (attempt?.type !== 'TryStatement' || !attempt.handler || call.start > attempt.block.end) return undefined
  if (/\blisten\(/.test(file.text.slice(call.end, attempt.block.end))) return undefined
  return file.text.slice(attempt.handler.body.start, attempt.handler.body.end)
}

function bodyOf(node: Node, file: SourceFile, codebase: Codebase): string {
  const code = codebase.meanings.functionOf(node, file)
  return code ? code.file.text.slice(code.node.start, code.node.end) : file.text.slice(node.start, node.end)
}
