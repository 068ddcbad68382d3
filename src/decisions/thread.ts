/** A message of the thread that a decision is drafted from. */
export interface ThreadMessage {
  ts: string
  authorId: string
  authorName: string
  /** Written by Architect itself. */
  fromArchitect: boolean
  text: string
  /** Permanent link. */
  link: string
}

/** A line of code the thread speaks of. */
export interface CodeLine {
  /** `path:line` */
  place: string
  text: string
  link: string
}
