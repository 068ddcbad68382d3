import type { Playbook } from './playbook.ts'
import { stemSubjectWords, stemWords } from './stem-words.ts'

export type RankedPlaybook = { playbook: Playbook; score: number }

type Entry = { playbook: Playbook; topics: string[][]; titleStems: Set<string>; keywordStems: Set<string> }

export type PlaybookIndex = { entries: Entry[] }

/** What stands behind that is pasted code or logs; reading it all would hold the event loop. */
const LONGEST_QUESTION_CHARS = 8_000
const TOPIC_SCORE = 3
const LONGER_TOPIC_SCORE = 4
const TITLE_WORD_SCORE = 1.5
const KEYWORD_SCORE = 1
/** Two words found may stand among eight, three among eighteen. */
const WORDS_PER_SQUARE = 2
/** A weaker match than this share of the best one is noise beside it. */
const SHARE_OF_BEST = 0.4
/** Words that may stand between the words of a topic, as in "invalidate the product cache". */
const TOPIC_GAP_WORDS = 2

/** Prepares playbooks for any number of searches. */
export function indexPlaybooks(playbooks: readonly Playbook[]): PlaybookIndex {
  return { entries: playbooks.map(toEntry) }
}

/** Returns the playbooks that answer the question, best first, and none when nothing is relevant; scores compare within one call. */
export function searchPlaybooks(index: PlaybookIndex, message: string): RankedPlaybook[] {
  const question = message.slice(0, LONGEST_QUESTION_CHARS)
  const words = stemWords(question)
  const subjectWords = stemSubjectWords(question)
  const ranked = index.entries
    .map((entry) => ({ playbook: entry.playbook, score: scoreTopics(entry, words) + scoreWords(entry, subjectWords) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
  const best = ranked[0]?.score ?? 0
  return ranked.filter(({ score }) => score >= best * SHARE_OF_BEST)
}

function toEntry(playbook: Playbook): Entry {
  return {
    playbook,
    topics: dropRepeats(playbook.topics.map(stemWords)),
    titleStems: stemSubjectWords(playbook.title),
    keywordStems: stemSubjectWords(playbook.keywords.join(' ')),
  }
}

/** "mock" and "mocking" are one topic. */
function dropRepeats(topics: string[][]): string[][] {
  return [...new Map(topics.map((topic) => [topic.join(' '), topic])).values()]
}

function scoreTopics({ topics }: Entry, words: string[]): number {
  return topics
    .filter((topic) => topic.every((stem) => words.includes(stem)) && standsTogether(topic, words))
    .reduce((sum, topic) => sum + (topic.length > 1 ? LONGER_TOPIC_SCORE : TOPIC_SCORE), 0)
}

/** Words alone count from two on, and the longer the question the more of them: any long text holds a few by chance. */
function scoreWords({ titleStems, keywordStems }: Entry, subjectWords: Set<string>): number {
  const titleWords = subjectWords.intersection(titleStems).size
  const keywords = subjectWords.intersection(keywordStems.difference(titleStems)).size
  const found = titleWords + keywords
  if (found < 2 || subjectWords.size > WORDS_PER_SQUARE * found ** 2) return 0
  return titleWords * TITLE_WORD_SCORE + keywords * KEYWORD_SCORE
}

function standsTogether(topic: string[], words: string[]): boolean {
  return words.some((word, start) => {
    if (!topic.includes(word)) return false
    const nearby = new Set(words.slice(start, start + topic.length + TOPIC_GAP_WORDS))
    return topic.every((stem) => nearby.has(stem))
  })
}
