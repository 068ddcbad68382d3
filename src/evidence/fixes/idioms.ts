/** Frameworks that examples for Express are put into the words of. */
export type Idiom = 'NestJS' | 'Fastify' | 'Koa' | 'Hono' | 'hapi' | 'GraphQL'

type Change = readonly [from: RegExp, to: string | ((...groups: string[]) => string)]

const exceptions: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  500: 'InternalServerError',
  501: 'NotImplemented',
}

/** `res.status(404).json({ error: 'none' })`, `res.sendStatus(404)`, `res.status(404).end()` */
const refusal =
  /(?:return )?res\.(?:status\(([45]\d\d)\)\.(?:json\(\{ error: ('[^']*'|error\.message) \}\)|end\(\))|sendStatus\(([45]\d\d)\))/g
const bareStatus = /res\.sendStatus\(([^()]+)\)/g
/** The same as the value of a function. */
const givenStatus = /(=>|return) res\.sendStatus\(([^()]+)\)/g
/** An answer with one level of parentheses in it. */
const answer = /res\.(?:json|send)\(((?:[^()]|\([^()]*\))*)\)/g
const givenAnswer = /=> res\.(?:json|send)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g
const handler = /\((?:req|request), (?:res|response)(?:, next)?\) =>/g
const failed = /\bnext\((error|err)\)/g
/** Not the path of a field in a text. */
const otherOfRequest = /(?<!')\breq\./g
const redirect = /res\.redirect\(/g

const idioms: Readonly<Record<Idiom, readonly Change[]>> = {
  NestJS: [
    [refusal, (_all, status = '', text, plain = '') => refuse(status || plain, text)],
    [/\breq\.(body|query|params)\b/g, '$1'],
    [otherOfRequest, 'request.'],
    [/^(\s*)res\.json\(((?:[^()]|\([^()]*\))*)\)$/gm, '$1return $2'],
    [failed, 'throw $1'],
  ],
  Fastify: [
    [refusal, (_all, status = '', text, plain = '') => `return reply.code(${status || plain}).send(${bodyOf(text)})`],
    [bareStatus, 'reply.code($1).send()'],
    [answer, 'reply.send($1)'],
    [/res\.status\((.*?)\)\.json\(/g, 'reply.code($1).send('],
    [/res\.status\((.*?)\)\.render\(/g, 'reply.code($1).view('],
    [redirect, 'reply.redirect('],
    [/res\.render\(/g, 'reply.view('],
    [/res\.cookie\(/g, 'reply.setCookie('],
    [/res\.(set|setHeader)\(/g, 'reply.header('],
    [handler, '(request, reply) =>'],
    [otherOfRequest, 'request.'],
    [/\brouter\.(get|post|put|patch|delete)\(/g, 'app.$1('],
    [failed, 'throw $1'],
  ],
  Koa: [
    [
      refusal,
      (_all, status = '', text, plain = '') => `ctx.throw(${[status || plain, text].filter(Boolean).join(', ')})`,
    ],
    [givenStatus, '$1 (ctx.status = $2)'],
    [bareStatus, 'ctx.status = $1'],
    [givenAnswer, '=> (ctx.body = $1)'],
    [answer, 'ctx.body = $1'],
    [redirect, 'ctx.redirect('],
    [/res\.render\(/g, 'await ctx.render('],
    [/res\.cookie\(/g, 'ctx.cookies.set('],
    [/res\.(set|setHeader)\(/g, 'ctx.set('],
    [handler, '(ctx) =>'],
    [/\breq\.body\b/g, 'ctx.request.body'],
    [/\breq\.user\b/g, 'ctx.state.user'],
    [otherOfRequest, 'ctx.'],
    [/\bapp\.(get|post|put|patch|delete)\(/g, 'router.$1('],
    [failed, 'throw $1'],
  ],
  hapi: [
    [refusal, (_all, status = '', text, plain = '') => `return h.response(${bodyOf(text)}).code(${status || plain})`],
    [givenStatus, '$1 h.response().code($2)'],
    [bareStatus, 'return h.response().code($1)'],
    [givenAnswer, '=> $1'],
    [answer, 'return $1'],
    [redirect, 'return h.redirect('],
    [handler, '(request, h) =>'],
    [/\breq\.body\b/g, 'request.payload'],
    [/\breq\.user\b/g, 'request.auth.credentials'],
    [otherOfRequest, 'request.'],
    [failed, 'throw $1'],
  ],
  GraphQL: [
    [refusal, (_all, status = '', text, plain = '') => refuseQuery(status || plain, text)],
    [/\breq\.(body|query|params)\b/g, 'args'],
    [otherOfRequest, 'context.'],
    [/^(\s*)res\.json\(((?:[^()]|\([^()]*\))*)\)$/gm, '$1return $2'],
    [failed, 'throw $1'],
  ],
  Hono: [
    [refusal, (_all, status = '', text, plain = '') => `return c.json(${bodyOf(text) || 'null'}, ${status || plain})`],
    [givenStatus, '$1 c.body(null, $2)'],
    [bareStatus, 'return c.body(null, $1)'],
    [/=> res\.(?:json|send)\(/g, '=> c.json('],
    [answer, 'return c.json($1)'],
    [redirect, 'return c.redirect('],
    [handler, '(c) =>'],
    [/\breq\.query\.(\w+)/g, "c.req.query('$1')"],
    [/\breq\.params\.(\w+)/g, "c.req.param('$1')"],
    [/\breq\.body\b/g, 'await c.req.json()'],
    [/\breq\.user\b/g, "c.get('user')"],
    [/\brouter\.(get|post|put|patch|delete)\(/g, 'app.$1('],
    [failed, 'throw $1'],
  ],
}

/** What only Express has, and what is no code any more. */
const left =
  /(?<!['.])\b(req|res)\.|\(req, |, res\b|\bexpress[.(]|express-|csrf-csrf|connect-redis|pino-http|multer|\brouter\.use\(|return (throw|return)|\{\n *throw error\n\}/

/** An example for Express in the words of another framework; undefined where that cannot be done. */
export function inIdiom(example: string, idiom: Idiom): string | undefined {
  // `replace` takes both forms of what comes in the place of a pattern.
  const text = idioms[idiom].reduce((before, [from, to]) => before.replace(from, to as string), example)
  const isLeft = left.test(text) || (idiom === 'hapi' && /\b(app|router)\.\w+\(/.test(text))
  return isLeft || (idiom !== 'Koa' && text.includes('next()')) ? undefined : text
}

function refuse(status: string, text = ''): string {
  const name = exceptions[status]
  return name === undefined
    ? `throw new HttpException(${text || "''"}, ${status})`
    : `throw new ${name}Exception(${text})`
}

/** The codes that Apollo Server knows. */
const codes: Readonly<Record<string, string>> = { 400: 'BAD_USER_INPUT', 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' }

function refuseQuery(status: string, text = "'refused'"): string {
  const code = codes[status]
  return `throw new GraphQLError(${code === undefined ? text : `${text}, { extensions: { code: '${code}' } }`})`
}

function bodyOf(text: string | undefined): string {
  return text === undefined ? '' : `{ error: ${text} }`
}
