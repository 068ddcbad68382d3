import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { knownText } from '../../../facts/known-text.ts'
import { ancestor, functionAround, literalText, pathOf, unwrap, type CallNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { purposeOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { weaknessOf, type CryptoUse } from './weakness-of.ts'

/** Hashes and ciphers that are broken, or too cheap for what they are used for. */
export function* weakCalls(codebase: Codebase): Iterable<Match> {
  for (const found of codebase.index.named(functions)) {
    const { call, file, name } = found
    const around = textAround(found, codebase)
    // What a protocol prescribes, and asking a list of leaked passwords.
    if (/ntlm|wsse|pwned|hibp/i.test(file.path + around)) continue
    const [first, second] = call.arguments.slice(0, 2).map((item) => knownText(item, file, codebase))
    const isSalted = /\bupdate\([^;\n]*salt/i.test(file.text.slice(call.start, call.end + 300))
    const use: CryptoUse = { name, first: first?.text, second: second?.text, around, isSalted }
    const weakness = weaknessOf(use)
    if (!weakness || goesIntoSlowHash(purposeOf(codebase, call).split(' ')[0] ?? '', file.text)) continue
    if (isSha2(found) && (slowHashes.test(file.text) || /['"]hash['"]|rounds/.test(around))) continue
    const cost = name.startsWith('bcrypt') ? (second ?? first) : undefined
    const rest = ofPassword(call, file) ? {} : { words: {} }
    yield { file, node: cost?.file === file ? cost.node : call, ...weakness, ...rest }
  }
}

const functions =
  /^(crypto(-js|-browserify)?\.(createHash|createHmac|createCipher|createDecipher|createCipheriv|createDecipheriv|MD5|SHA1|pbkdf2|pbkdf2Sync)|crypto-js\.(DES|TripleDES|RC4|RC4Drop|Rabbit)\.encrypt|(blueimp-)?md5|md5-js|sha1|js-md5|bcrypt(js)?\.(hash|hashSync|genSalt|genSaltSync)|password-hash\.generate|des\.js.*)$/
const slowHashes = /\b(bcrypt\w*|argon2|scrypt|pbkdf2|rounds)\b/i

/** `md5(login)` makes a token, though the statement around goes on to a password. */
function ofPassword({ callee, arguments: [first] }: CallNode, file: SourceFile): boolean {
  return first === undefined || /hash|salt/i.test(pathOf(callee)) || /passw|pwd/i.test(textOf(first, file))
}

/** The statement around a call, and what the functions around it are called. */
function textAround({ call, file }: FoundCall, codebase: Codebase): string {
  const statement =
    ancestor(call, (node) => /Statement$|Declaration$|^Property(Definition)?$|^MethodDefinition$/.test(node.type)) ??
    call
  const purpose = purposeOf(codebase, call).split(' ').slice(0, 2).join(' ')
  return `${textOf(statement, file, 240)} ${purpose} ${passwordsGiven(call, codebase)}`
}

/** `const hash = (text) => createHash('md5').update(text)…`: what its callers hand it. */
function passwordsGiven(call: CallNode, { calls }: Codebase): string {
  const around = functionAround(call)
  if (!around || around.params.length !== 1) return ''
  return calls
    .sitesOf(around)
    .map((site) => pathOf(unwrap(site.call.arguments[0] ?? site.call)))
    .filter((name) => /passw|pwd/i.test(name))
    .slice(0, 3)
    .join(' ')
}

function isSha2({ call }: FoundCall): boolean {
  return /^sha(256|384|512)$/i.test(literalText(call.arguments[0]) ?? '')
}

/** `compare(digest(password), stored)`: a digest that a slow hash then takes in. */
function goesIntoSlowHash(maker: string, text: string): boolean {
  return (
    /^\w+$/.test(maker) &&
    /['"](bcrypt\w*|argon2|@node-rs\/\w+)['"]/.test(text) &&
    new RegExp(`\\b(compare|hash|verify)(Sync)?\\(\\s*(await )?${maker}\\(`).test(text)
  )
}
