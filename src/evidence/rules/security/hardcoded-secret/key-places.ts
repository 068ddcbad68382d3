import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { propertyOf, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** What takes a key as an argument, by the number of that argument. */
const inArgument: readonly (readonly [number, RegExp])[] = [
  [0, /^(cookie-parser|cryptr(\.default)?|crypto\.create(Secret|Private)Key|jose\.JWK\.asKey)$/],
  [
    1,
    /^(jsonwebtoken|hono\.jwt|jose\.JWT)\.(sign|verify)$|^jose\.jwtVerify$|^jwt-simple\.(encode|decode)$|^crypto(-browserify)?\.create(Hmac|Cipher|Decipher|Cipheriv|Decipheriv)$|^crypto-js\.(Hmac\w+|(AES|DES|TripleDES|RC4|Rabbit)\.(en|de)crypt)$/,
  ],
]

/** What takes a key in its options, and the names that go by there. */
const inOptions: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(express-jwt(\.(expressjwt|jwt|default))?|koa-jwt|socketio-jwt\.authorize|@nestjs\/jwt\.JwtModule\.register)$/,
    ['secret', 'privateKey'],
  ],
  [/^passport-jwt\.Strategy$/, ['secretOrKey']],
]

/** A Fastify plugin that signs, with its options behind it. */
const signingPlugin = /^(@fastify\/jwt|fastify-jwt)$/

export type GivenKey = {
  node: Node
  file: SourceFile
  /** Node.js takes an empty key without an error. */
  mayBeEmpty: boolean
}

/** The keys given to what signs, proves or encrypts, as arguments and in options wherever these are written. */
export function givenKeys(codebase: Codebase): GivenKey[] {
  const { index, meanings } = codebase
  const asArgument = inArgument.flatMap(([at, pattern]) => index.named(pattern).flatMap((found) => argument(found, at)))
  const signed = index
    .methods('sign')
    .flatMap((found) => (found.name.startsWith('jose.SignJWT()') ? argument(found, 0) : []))
  const asOption = inOptions.flatMap(([pattern, names]) =>
    index.named(pattern).flatMap((found) => options(found, 0, names, codebase)),
  )
  const registered = index
    .methods('register')
    .filter(
      ({
        call: {
          arguments: [plugin],
        },
        file,
      }) => plugin && signingPlugin.test(meanings.nameOf(plugin, file)),
    )
    .flatMap((found) => options(found, 1, ['secret'], codebase))
  return [...asArgument, ...signed, ...asOption, ...registered]
}

function argument({ call, file, name }: FoundCall, at: number): GivenKey[] {
  const node = call.arguments[at]
  return node ? [{ node, file, mayBeEmpty: name.startsWith('crypto') }] : []
}

function options({ call, file }: FoundCall, at: number, names: readonly string[], { meanings }: Codebase): GivenKey[] {
  const given = call.arguments[at]
  const found = given && objectOf(given, file, meanings)
  if (!found) return []
  return names
    .flatMap((name) => propertyOf(found.node, name) ?? [])
    .map((node) => ({ node, file: found.file, mayBeEmpty: false }))
}
