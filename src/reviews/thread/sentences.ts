/** Every fixed sentence about reviews that a thread or a command is told. */
export const reviewSentences = {
  usage:
    'Give me something on GitHub to review, for example `/arch-review https://github.com/acme/orders` or a link to a folder, file, commit, compare or pull request. `/architect channel repo acme/orders` settles it for this channel.',
  nothingOpen:
    'Which code? Write `review` with its GitHub address, or settle a repository for this channel with `/architect channel repo acme/orders`.',
  noKey: (depth: string) =>
    `A ${depth} review needs a model, and no \`ANTHROPIC_API_KEY\` is set, so these are the facts alone.`,
  unpriced: (modelName: string) =>
    `I do not know what ${modelName} costs, so these are the facts alone. An operator allows it with \`ARCHITECT_ALLOW_UNPRICED=true\`.`,
  overBudget: "What is left of today's budget is not enough for the model, so these are the facts alone.",
  moved: (from: string, to: string) =>
    `When its price was shown this change was at ${from.slice(0, 7)}; somebody pushed since, and what was reviewed is ${to.slice(0, 7)}.`,
  fixedCommit: 'This is a fixed commit, so it is not compared with later ones.',
  gone: 'I do not have this review any more. Ask for a new one with `/arch-review`.',
}
