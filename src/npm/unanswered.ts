export type RegistryTrouble = 'unreachable' | 'rate-limited' | 'refused' | 'unreadable' | 'too-large' | 'not-offered'

/** The registry did not say: nothing follows about the package. `sentence` is fit to post. */
export type Unanswered = { kind: 'unanswered'; why: RegistryTrouble; sentence: string }

const troubles: Readonly<Record<RegistryTrouble, string>> = {
  unreachable: 'cannot be reached',
  'rate-limited': 'asks to wait before the next question',
  refused: 'refuses to answer',
  unreadable: 'answers with something that is not what a registry says',
  'too-large': 'answers with more than is read',
  'not-offered': 'does not offer this',
}

export function unanswered(host: string, why: RegistryTrouble): Unanswered {
  return { kind: 'unanswered', why, sentence: `${host} ${troubles[why]}.` }
}
