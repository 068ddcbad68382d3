import type { Codebase } from '../../../codebase.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { description } from './words.ts'

/** The description of the interface, shown to anyone. */
export function* openDocumentation(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('register')) {
    const [plugin] = call.arguments
    const text = file.text.slice(call.start, call.end)
    if (
      !plugin ||
      !/^(fastify-swagger|@fastify\/swagger(-ui)?)$/.test(codebase.meanings.nameOf(plugin, file)) ||
      !/exposeRoute\s*:\s*true/.test(text)
    )
      continue
    if (/NODE_ENV|isProd|development/.test(file.text.slice(Math.max(0, call.start - 300), call.end))) continue
    yield {
      file,
      node: call,
      severity: 'low',
      words: description,
      message: 'The description of the whole interface is open to anyone, in production too.',
    }
  }
  const calls = codebase.index.named(
    /^(swagger-ui-express\.setup|express-jsdoc-swagger(\(\))?|swagger-express-middleware|@fastify\/swagger-ui|@nestjs\/swagger\.SwaggerModule\.setup)$/,
  )
  for (const { call, file, name } of calls) {
    if (name === 'express-jsdoc-swagger()') continue
    const route = codebase.web.routes.find(
      (item) => item.file === file && item.node.start <= call.start && call.end <= item.node.end,
    )
    const text = file.text.slice(Math.max(0, call.start - 400), call.end + 400)
    if ((route && hasAuth(route)) || /NODE_ENV|development|isProd|config\.env|basicAuth|production/i.test(text))
      continue
    const guarded =
      mountsGuarded(codebase) ||
      [...codebase.sources.values()].some(
        (other) =>
          /docs?|swagger/i.test(other.text) && /env\s*===?\s*['"]development['"][\s\S]{0,300}docs?/i.test(other.text),
      )
    if (!guarded)
      yield {
        file,
        node: call,
        severity: 'low',
        words: description,
        message: 'The description of the whole interface is open to anyone, in production too.',
      }
  }
}

/** `app.use('/docs', basicAuth, serve, setup)`. */
function mountsGuarded(codebase: Codebase): boolean {
  return codebase.index.methods('use').some(({ call, file }) => {
    const texts = call.arguments.map((argument) => textOf(argument, file, 80))
    return (
      texts.some((text) => /swagger|docs?\b/i.test(text)) &&
      texts.some((text) => /auth|guard|protect|admin/i.test(text))
    )
  })
}
