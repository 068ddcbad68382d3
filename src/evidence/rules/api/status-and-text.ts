const notFound = /\b(not found|does(n[’']t| not) exist|no such|could ?n[o’']t find|no \w+ (was |were )?found)\b/i
const refused =
  /\b(invalid|incorrect|wrong|bad)\b[^.]{0,20}\b(password|credentials?|e-?mail or password|username or password|login)\b|\b(password|credentials?)\b[^.]{0,12}\b(invalid|incorrect|wrong|mismatch)/i
const aboutForm = /old|current|confirm|match|required|missing|format|empty|must|cannot|reset/i
const taken =
  /\balready (exists?|in use|taken|registered|been taken|used)\b|\bis (already )?taken\b|\bexists already\b/i
const invalid =
  /\b(validation (error|failed)|invalid (data|input|request|payload|body|parameters?|fields?))\b|\b(is|are) required\b|\bmissing (required )?(fields?|parameters?|data)\b|\bfill (in )?all\b/i
const anonymous =
  /\bun-?authori[sz]ed\b|\bunauthenticated\b|\bnot (logged|signed) in\b|^please (log|sign) ?in\b|\bno (auth\w* |access )?token\b|\b(auth\w*|access|bearer|jwt) (token|header)( is| was)? (missing|not provided|required)\b|\btoken( is| was)? (missing|not provided)\b/i
const lacking =
  /\binsufficient (user )?(rights|permissions?|privileges?)\b|\bas an? admin|\badmin(istrator)?s? only\b|\bonly admins?\b|\bnot enough (rights|permissions)\b/i
const aboutRequest = /\b(param(eter)?s?|request|body|field|header|query|input|payload|already)\b/i
const aboutAccess = /token|auth|log ?in|credential|permission|api.?key|session|cookie|secret|signature|captcha/i

/** What has to come first is refused until then: nothing was sent wrongly. */
const aboutOrder =
  /\b(before|first|until|to (access|continue|proceed|use|do))\b|\b(chang|approv|verif|confirm|consent|member|subscri|upgrad|plan|role|permission)\w* (is|are) required\b/i

/** What is wrong with a status for a text that says what happened; undefined when they fit or the text says nothing. */
export function contradiction(status: number, said: string, purpose: string): string | undefined {
  // `WRONG_PASSWORD`
  const text = said.replaceAll('_', ' ')
  // A text with the error itself tells of a failure.
  if (text.length >= 200 || /\$\{\s*(e|err|error)\b/.test(text)) return undefined
  const is = (...list: number[]) => list.includes(status)
  if (refused.test(text))
    return is(200, 400, 404, 409, 500) && !aboutForm.test(text) ? 'wrong credentials are 401' : undefined
  if (lacking.test(text)) return is(200, 400, 401, 404, 500) ? 'who may not do this is answered with 403' : undefined
  if (anonymous.test(text)) return is(200, 400, 404, 500) ? 'who is not signed in is answered with 401' : undefined
  // Who is told the other way to it is refused this one.
  if (
    taken.test(text) &&
    !/\b(otp|code|token|link)\b/i.test(text) &&
    !(status === 403 && /\b(must|only|cannot)\b/i.test(text))
  )
    return is(401, 403, 404, 500, 501) ? 'what is there already is 409' : undefined
  // What the request lacks is not what the server lacks.
  if (notFound.test(text) && is(200, 400, 500, 501) && !aboutRequest.test(text))
    return signsIn(purpose) ? 'a sign-in that fails is 401, whatever the reason' : 'something that is not there is 404'
  if (notFound.test(text)) return undefined
  if (invalid.test(text))
    return (is(200, 401, 501) || (is(403) && !aboutOrder.test(text)) || (is(500) && !/required/i.test(text))) &&
      !aboutAccess.test(text)
      ? 'what the caller sent wrongly is 400'
      : undefined
  return undefined
}

/** Whether a text tells the caller what the caller did wrong, so that no failure of the server is meant. */
export function blamesCaller(text: string): boolean {
  return (
    text.length < 200 && [notFound, refused, taken, invalid, anonymous, lacking].some((pattern) => pattern.test(text))
  )
}

/** Whether names tell of signing in. */
export function signsIn(purpose: string): boolean {
  return /\b(log|sign)[-_]?in|authenticate/i.test(purpose)
}

const named: readonly [RegExp, number][] = [
  [/^(send|respond|answer)?_?not_?found(error|response)?$/i, 404],
  [/^(send|respond|answer)?_?forbidden(error|response)?$/i, 403],
  [/^(send|respond|answer)?_?unauthori[sz]ed(error|response)?$/i, 401],
  [/^(send|respond|answer)?_?bad_?request(error|response)?$/i, 400],
]

/** The status that a function is named for; undefined for any other name. */
export function statusNamed(name: string): number | undefined {
  return named.find(([pattern]) => pattern.test(name))?.[1]
}
