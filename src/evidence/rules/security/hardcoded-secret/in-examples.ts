import { knownToken, passwordInUrl, secretName } from '../../../facts/secrets.ts'
import type { Match } from '../../rule.ts'

const setting = /^\s*([A-Z]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#\s]+))/

/** An example of settings is copied: a value that was made for one place ends up in many. */
export function* inExample(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const [, name, ...texts] = setting.exec(row) ?? []
    const value = texts.find((text) => text !== undefined) ?? ''
    if (name === undefined || /^(\w+_)?(PUBLIC|NEXT|VITE|REACT)_|(^|_)PUB(LIC)?_?KEY$/.test(name)) continue
    const token = knownToken(value)
    if (token !== undefined) yield { file, line: index + 1, message: `\`${name}\` is ${token}, in an example.` }
    else if (isMade(passwordInUrl(value)) || (isOfSecret(name) && isMade(value)))
      yield {
        file,
        line: index + 1,
        severity: 'low',
        confidence: 'medium',
        message: `The value of \`${name}\` looks real: who copies the example runs with what everyone can read.`,
      }
  }
}

function isOfSecret(name: string): boolean {
  return secretName.test(name) || /_(KEY|SALT)$/.test(name)
}

/** A text made by chance, not written by a person to be replaced. */
function isMade(text: string | undefined): boolean {
  const bare = text?.replace(/^base64:/, '') ?? ''
  return (
    bare.length >= 12 &&
    /\d/.test(bare) &&
    !/\s|\.\.\.|^[<{$[%]|(.)\1{3}|1234|abcd/i.test(bare) &&
    !/secret|key|pass|your|change|example|token|random|admin|jwt|user|demo|sample|replace|insert|local|dummy|fake|test|here|dev-|https?:/i.test(
      bare,
    ) &&
    (/^[0-9a-f-]{16,}$/i.test(bare) || (/[a-z]/.test(bare) && /[A-Z]/.test(bare)))
  )
}
