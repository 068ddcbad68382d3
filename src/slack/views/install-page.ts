/** Every page a browser sees while somebody installs the app: one sentence each. */
export const installPages = {
  installed: (teamName: string): InstallPage => ({
    status: 200,
    sentence: `Architect is installed in ${teamName}: invite it to a channel with /invite @architect, or write to it directly.`,
  }),
  cancelled: { status: 400, sentence: 'The installation was cancelled, and nothing was stored.' },
  otherBrowser: {
    status: 400,
    sentence:
      'This page was not reached from an installation begun in this browser within the last ten minutes: begin again.',
  },
  noCode: { status: 400, sentence: 'Slack sent nothing to install with: begin again.' },
  wholeOrganisation: {
    status: 400,
    sentence: 'Architect is installed in one workspace at a time: begin again, and choose a workspace.',
  },
  codeRefused: { status: 400, sentence: 'Slack takes each approval once, for ten minutes: begin again.' },
  refused: (code: string): InstallPage => ({
    status: 502,
    sentence: `Slack refused the installation (${code}), which the person who runs Architect has to mend: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and the redirect address must be those of the Slack app.`,
  }),
  unreachable: { status: 503, sentence: 'Slack cannot be reached at the moment: begin again in a minute.' },
  broken: {
    status: 500,
    sentence: 'Something went wrong here and nothing was installed: the person who runs Architect finds it in the log.',
  },
} as const satisfies Record<string, InstallPage | ((text: string) => InstallPage)>

export interface InstallPage {
  status: number
  sentence: string
}

/** The whole HTML page around a sentence; `beginAgain` is the address it links to. */
export function renderInstallPage({ sentence }: InstallPage, beginAgain?: string): string {
  const link = beginAgain ? ` <a href="${escapeHtml(beginAgain)}">Begin again</a>` : ''
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Architect</title></head>
<body style="font: 1.1em/1.5 system-ui, sans-serif; max-width: 34em; margin: 4em auto; padding: 0 1em">
<p>${escapeHtml(sentence)}${link}</p>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
