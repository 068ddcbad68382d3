import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { propertyOf, type Node } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** What takes a key as an argument, by the number of that argument. */
const inArgument: readonly (readonly [number, RegExp])[] = [
  [
    0,
    /^(cookie-parser|cryptr(\.default)?|crypto\.create(Secret|Private)Key|jose\.JWK\.asKey|crypto\.createSign\(\)(\.update\(\))*\.sign)$/,
  ],
  [
    1,
    /^(jsonwebtoken|hono\.jwt|jose\.JWT)\.(sign|verify)$|^jose\.jwtVerify$|^jwt-simple\.(encode|decode)$|^crypto(-browserify)?\.create(Hmac|Cipher|Decipher|Cipheriv|Decipheriv)$|^crypto-js\.(Hmac\w+|(AES|DES|TripleDES|RC4|Rabbit)\.(en|de)crypt)$/,
  ],
]

/** What takes a key in its options, which come first, or behind the plugin that is registered. */
const inOptions =
  /^(express-jwt(\.(expressjwt|jwt|default))?|koa-jwt|socketio-jwt\.authorize|@nestjs\/jwt\.JwtModule\.register)$/
const inPlugin = /^(@fastify\/jwt|fastify-jwt)$/

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
  const asOption = index.named(inOptions).flatMap((found) => options(found, 0, codebase))
  const registered = index
    .methods('register')
    .filter(
      ({
        call: {
          arguments: [plugin],
        },
        file,
      }) => plugin && inPlugin.test(meanings.nameOf(plugin, file)),
    )
    .flatMap((found) => options(found, 1, codebase))
  // Only the strategy of `passport-jwt` has an option of this name, also where it is handed to `super`.
  const ofStrategy = codebase.production.flatMap((file) =>
    goingBy(propertiesOf(file), 'secretOrKey').map(({ value }) => ({ node: value, file, mayBeEmpty: false })),
  )
  return [...asArgument, ...signed, ...asOption, ...registered, ...ofStrategy]
}

function argument({ call, file, name }: FoundCall, at: number): GivenKey[] {
  const node = call.arguments[at]
  return node ? [{ node, file, mayBeEmpty: name.startsWith('crypto') }] : []
}

function options({ call, file }: FoundCall, at: number, { meanings }: Codebase): GivenKey[] {
  const given = call.arguments[at]
  const found = given && objectOf(given, file, meanings)
  if (!found) return []
  return ['secret', 'privateKey']
    .flatMap((name) => propertyOf(found.node, name) ?? [])
    .map((node) => ({ node, file: found.file, mayBeEmpty: false }))
}
