/** Why a pattern can take exponential or high polynomial time; undefined when none of the known shapes is in it. */
export function slowness(pattern: string): 'exponential' | 'polynomial' | undefined {
  const flat = pattern.replace(/\\[\s\S]/g, (escaped) => (/\\[wdsWDSbB]/.test(escaped) ? escaped : 'x'))
  if (hasNestedQuantifier(flat)) return 'exponential'
  if (/\(\[[^\]]*\]\+\(\\?[.x]\[[^\]]*\]\+\)\*\)/.test(flat) || /\(\[[^\]]*\]\??[^()]*\([^()]*\+\)\)\*/.test(flat))
    return 'polynomial'
  if (/(\.\*|\.\+)[^|()]*\\s[^|()]*(\.\*|\.\+)[^$|()]*$/.test(flat) || /\\s[*+][^|)]*\\s[*+]\$?$/.test(flat))
    return 'polynomial'
  return undefined
}

/** A quantified group that ends in, or consists of, something quantified that its own start can match too: `(a+)+`, `(a|a)*`. */
function hasNestedQuantifier(pattern: string): boolean {
  for (const group of groupsOf(pattern)) {
    if (!group.repeated) continue
    const body = group.body.replace(/^\?(:|<\w+>)/, '')
    if (/^\?[=!]/.test(group.body)) continue
    if (!body.includes('(') && loops(body)) return true
    if (body.includes('(') && nestedLoop(body)) return true
    const branches = body.split('|')
    if (
      branches.length > 1 &&
      branches.some((branch, index) => branches.some((other, at) => at !== index && branch === other))
    )
      return true
  }
  return false
}

/** The body is one atom class repeated without bound, possibly with optional separators that its atoms include. */
function loops(body: string): boolean {
  const atom = String.raw`(?:\\[wdsWDS]|\.|\[[^\]]*\]|[\w])`
  if (new RegExp(`^${atom}[+*]$`).test(body)) return true
  if (new RegExp(`^${atom}\\{\\d+,\\d*\\}$`).test(body)) return true
  if (new RegExp(`^(${atom})[+*](${atom})[?*]$`).test(body)) return true
  // `([.-]?\\w+)*`: without its separator the group is `(\\w+)*`.
  if (new RegExp(`^${atom}[?*]${atom}[+*]$`).test(body)) return true
  const separated = new RegExp(`^(${atom})[+*](?:${atom})?(${atom})[+*]$`).exec(body)
  return separated !== null && separated[1] === separated[2]
}

function nestedLoop(body: string): boolean {
  const whole = /^\(([^()]*)\)[+*]([^()]?)$/.exec(body)
  if (whole) return whole[2] === '' || /[?*]/.test(whole[2] ?? '')
  return /^\([^()]*[+*]\)[+*]?$/.test(body)
}

function groupsOf(pattern: string): { body: string; repeated: boolean }[] {
  const found: { body: string; repeated: boolean }[] = []
  const starts: number[] = []
  let inClass = false
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at]
    if (char === '\\') at += 1
    else if (inClass) inClass = char !== ']'
    else if (char === '[') inClass = true
    else if (char === '(') starts.push(at)
    else if (char === ')') {
      const start = starts.pop()
      if (start === undefined) continue
      const after = pattern.slice(at + 1, at + 6)
      found.push({ body: pattern.slice(start + 1, at), repeated: /^([+*]|\{\d+,(\d\d+)?\})/.test(after) })
    }
  }
  return found
}
