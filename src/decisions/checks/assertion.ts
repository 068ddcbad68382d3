/** Path globs, as picomatch reads them; one with a leading `!` takes paths out again. */
export type PathGlobs = readonly string[]

/**
 * What a decision says about code, in a form that can be checked. `within` names folders or manifests; without it the
 * manifests of the whole repository are meant.
 */
export type Assertion =
  | { kind: 'dependency'; name: string; state: 'present' | 'absent'; within: PathGlobs }
  | { kind: 'dependency'; name: string; state: 'version'; range: string; within: PathGlobs }
  | { kind: 'import'; from: PathGlobs; to: PathGlobs; state: 'forbidden' | 'required' }
  | { kind: 'file'; path: string; state: 'present' | 'absent' }
  | { kind: 'engine'; name: string; range: string; within: PathGlobs }
  | { kind: 'rule'; rule: string; within: PathGlobs }
  | { kind: 'text'; pattern: string; ignoreCase: boolean; state: 'present' | 'absent'; within: PathGlobs }

export type AssertionOf<K extends Assertion['kind']> = Extract<Assertion, { kind: K }>
