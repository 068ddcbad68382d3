import type { AnswerFile, Speech, SpeechEnding } from '../../turns/voice.ts'
import { neutralise, type NeutralPolicy } from './neutralise.ts'
import { sayable } from './sayable.ts'

/** Passes on what is said with everything taken out that could ping people or carry data away. */
export class NeutralSpeech implements Speech {
  readonly #speech: Speech
  readonly #neutral: (markdown: string) => string

  /** `policy` is asked again for every text, since more is seen while an answer is being worked out. */
  constructor(speech: Speech, policy: () => NeutralPolicy) {
    this.#speech = speech
    this.#neutral = (markdown) => neutralise(markdown, policy())
  }

  status(text: string): void {
    this.#speech.status(text)
  }

  append(markdown: string): Promise<void> {
    return sayable(() => this.#speech.append(this.#neutral(markdown)))
  }

  finish(ending: SpeechEnding): Promise<string> {
    const parts = ending.parts?.map((part) => ({ ...part, markdown: this.#neutral(part.markdown) }))
    return sayable(() => this.#speech.finish({ ...ending, answer: this.#neutral(ending.answer), parts }))
  }

  attach(files: readonly AnswerFile[]): Promise<boolean> {
    return sayable(() => this.#speech.attach(files))
  }

  leave(): Promise<void> {
    return this.#speech.leave()
  }
}
