import type { Speech, SpeechEnding, SpeechRequest } from '../../turns/voice.ts'
import { neutralise } from './neutralise.ts'
import { sayable } from './sayable.ts'

/** Passes on what is said with everything taken out that could ping people or carry data away. */
export class NeutralSpeech implements Speech {
  readonly #speech: Speech
  readonly #neutral: (markdown: string) => string

  constructor(speech: Speech, { knownUserIds, seenUrls }: Pick<SpeechRequest, 'knownUserIds' | 'seenUrls'>) {
    this.#speech = speech
    this.#neutral = (markdown) => neutralise(markdown, { knownUserIds, seenUrls })
  }

  status(text: string): void {
    this.#speech.status(text)
  }

  append(markdown: string): Promise<void> {
    return sayable(() => this.#speech.append(this.#neutral(markdown)))
  }

  finish(ending: SpeechEnding): Promise<string> {
    return sayable(() => this.#speech.finish({ ...ending, answer: this.#neutral(ending.answer) }))
  }

  leave(): Promise<void> {
    return this.#speech.leave()
  }
}
