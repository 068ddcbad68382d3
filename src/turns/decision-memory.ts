/** Who hears an answer. */
export interface DecisionAudience {
  teamId: string
  channelId: string
  shared: boolean
}

/** What a turn needs to know of what the team has decided; nothing in it may not be said to the audience. */
export interface DecisionMemory {
  /** One line for each accepted decision, the same until one of them changes; empty when there is none. */
  index(audience: DecisionAudience): Promise<string>
  /** The decisions that speak of a question, each in a few lines with its link, best first. */
  findRelevant(audience: DecisionAudience, question: string): Promise<string[]>
  /** What was decided against that a message argues for, as a sentence each; once in a thread, and again for what was asked at the same time, ms. */
  remindOnce(audience: DecisionAudience, threadTs: string, text: string, askedAt: number): Promise<string[]>
}
