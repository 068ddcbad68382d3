import type { Codebase } from '../../../codebase.ts'
import {
  functionAround,
  contains,
  parameterName,
  pathOf,
  type CallNode,
  type FunctionNode,
} from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

/** An account that is found by the address another service gives, and signed in without asking whether that was confirmed. */
export function* unverifiedAddresses(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    const service = strategyOf(file)
    if (service === undefined) continue
    for (const call of file.calls) {
      const around = functionAround(call)
      if (!around || !findsByAddress(call, around, file)) continue
      yield {
        file,
        node: call,
        ...weightOf(service),
        words: believesAddress,
        message: `The account with the address that ${nameOf(service)} gives is signed in, and nothing asks whether that address was confirmed.`,
      }
    }
  }
}

/** The service a file makes a Passport strategy of, by the name of its package. */
const strategyOf = once((file: SourceFile): string | undefined => {
  if (!file.text.includes('passport-')) return undefined
  const name = /(?:from\s+|require\(\s*)['"](?:@[\w-]+\/)?passport-([\w-]+)['"]/g
  return [...file.text.matchAll(name)].map((match) => match[1] ?? '').find((item) => !ownProof.test(item))
})

/** These prove who calls by what the service itself keeps, or give no address. */
const ownProof =
  /^(local|jwt|http|custom|headerapikey|anonymous|totp|magic|cookie|token|unique|saml|steam|strategy|ldap)/

const written = ['GitHub', 'GitLab', 'LinkedIn']

/** `google-oauth20` is Google. */
function nameOf(service: string): string {
  const plain = service.replace(/-?(oauth|token)?-?\d*$/, '')
  return (
    written.find((name) => name.toLowerCase() === plain) ??
    (plain.charAt(0).toUpperCase() + plain.slice(1) || 'the service')
  )
}

/** Google and Apple give confirmed addresses; those of Microsoft, Discord and providers of one’s own may be anyone’s. */
function weightOf(service: string): Pick<Match, 'severity' | 'confidence'> {
  if (/google|apple/i.test(service)) return { severity: 'info', confidence: 'low' }
  return /microsoft|azure|outlook|windowslive|discord|openid|oidc|^oauth/i.test(service)
    ? { severity: 'high', confidence: 'medium' }
    : { severity: 'medium', confidence: 'low' }
}

function findsByAddress(call: CallNode, around: FunctionNode, file: SourceFile): boolean {
  const profile = around.params
    .map((parameter) => parameterName(parameter)?.name)
    .find((name) => /profile/i.test(name ?? ''))
  if (profile === undefined || !/(^|\.)(find|get|load|fetch)\w*$/i.test(pathOf(call.callee))) return false
  const text = codeText(around, file)
  if (asksForConfirmation.test(text)) return false
  const given = call.arguments.map((argument) => file.text.slice(argument.start, argument.end)).join(' ')
  const address = new RegExp(String.raw`\b${profile}\b[\w.?!\[\]]*mail`, 'i')
  const named = new RegExp(String.raw`\b(\w*mail\w*)\s*=\s*${profile}\b[^;\n]*mail`, 'i').exec(text)?.[1]
  const isAsked = address.test(given) || (named !== undefined && new RegExp(String.raw`\b${named}\b`).test(given))
  return isAsked && isSignedIn(call, text, file)
}

const asksForConfirmation = /verified(?!\w*['"]?\s*:\s*true)/i

/** What was found is given back, or to the callback of the strategy. */
function isSignedIn(call: CallNode, text: string, file: SourceFile): boolean {
  const holder = file.declarators.find((item) => item.init && contains(item.init, call))
  const name = holder?.id.type === 'Identifier' ? holder.id.name : undefined
  return (
    name !== undefined &&
    new RegExp(String.raw`(\breturn\s+|\(\s*(null|undefined)\s*,\s*)${name}\b(?!\s*(\(|===|!==|&&))`).test(text)
  )
}

const believesAddress: Words = {
  title: 'An unconfirmed address opens an account',
  why: 'Whoever may give any address to the other service signs in here as the person whose address it is.',
  effects: { safety: 'Accounts are taken over by an account of the same address elsewhere.' },
  fix: {
    say: 'Know people by the id that the service gives them. Link to an account that is there already only where the service says that the address was confirmed, or after its owner has signed in here.',
    code: {
      any: "const linked = await findAccount({ provider: profile.provider, subject: profile.id })\nif (linked) return linked\nif (!profile._json.email_verified) throw new Error('confirm your address first')",
    },
  },
}
