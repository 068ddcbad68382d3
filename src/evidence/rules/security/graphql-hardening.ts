import type { Codebase } from '../../codebase.ts'
import { literalText, propertyOf, type CallNode } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { graphqlServers } from '../../facts/graphql.ts'
import { objectOf } from '../../facts/sessions.ts'
import { importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'

export const graphqlHardening: Rule = {
  id: 'graphql-hardening',
  category: 'graphql-hardening',
  severity: 'medium',
  confidence: 'medium',
  title: 'The GraphQL server limits neither depth nor cost',
  why: 'One small query can ask for the friends of friends of friends and load the whole database.',
  effects: {
    latency: 'One query can take everything.',
    memory: 'Answers of any size are built in memory.',
    safety: 'Introspection shows the whole schema.',
  },
  fix: {
    say: 'Limit depth and cost, and switch introspection off in production.',
    code: {
      NestJS:
        "import depthLimit from 'graphql-depth-limit'\n\nGraphQLModule.forRoot<ApolloDriverConfig>({\n  driver: ApolloDriver,\n  autoSchemaFile: true,\n  introspection: process.env.NODE_ENV !== 'production',\n  validationRules: [depthLimit(7)],\n})",
      any: "import { ApolloArmor } from '@escape.tech/graphql-armor'\n\nconst armor = new ApolloArmor({ maxDepth: { n: 7 }, costLimit: { maxCost: 5_000 } })\nconst server = new ApolloServer({ typeDefs, resolvers, introspection: !isProduction, ...armor.protect() })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html'],
  *find(codebase) {
    const limited = importsPackage(
      codebase,
      /depth-limit|query-complexity|validation-complexity|cost-analysis|graphql-armor|@escape\.tech|persisted/,
    )
    const plugins = codebase.index.methods('register').filter(({ call, file }) => isMercurius(call, file, codebase))
    for (const { call, file } of [...codebase.index.named(graphqlServers), ...plugins]) {
      const given = plugins.some((plugin) => plugin.call === call) ? call.arguments[1] : call.arguments[0]
      const options = given ? objectOf(given, file, codebase.meanings)?.node : undefined
      const made = propertyOf(options, 'useFactory')
      const isBounded = [options, made].some((at) => at && bounds.test(file.text.slice(at.start, at.end)))
      if (!limited && !isBounded) yield { file, node: call, message: 'Queries of any depth and cost are answered.' }
      for (const name of ['introspection', 'playground', 'graphiql']) {
        const value = propertyOf(options, name)
        if (value && literalText(value) === 'true')
          yield {
            file,
            node: value,
            severity: 'low',
            confidence: 'high',
            message: `\`${name}\` is on in production too.`,
          }
      }
    }
  },
}

const bounds = /\b(validationRules|queryDepth)\b/

/** Fastify's GraphQL server is a plugin. */
function isMercurius(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const [plugin] = call.arguments
  return plugin !== undefined && codebase.meanings.nameOf(plugin, file) === 'mercurius'
}
