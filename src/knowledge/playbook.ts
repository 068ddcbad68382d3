export type PackageVersion = { name: string; version: string }

export type Playbook = {
  /** The file name without its ending, such as `query-shape`. */
  id: string
  title: string
  /** Phrases of which one alone shows that a question belongs here. */
  topics: string[]
  /** Words that count only together with others. */
  keywords: string[]
  packages: PackageVersion[]
  /** The lowest Node.js version that runs every package named, such as `>=20.19`. */
  node: string
  /** Markdown, ready to post: the advice with one code example. */
  body: string
}
