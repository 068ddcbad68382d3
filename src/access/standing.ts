/** What somebody is to the workspace that installed the app; `gone` was deactivated, and of `unknown` Slack does not say. */
export type Standing = 'member' | 'guest' | 'foreign' | 'gone' | 'unknown'

/**
 * What an act takes. `read` shows only what its audience may see; `vote` counts where the person is named; `ask` has work
 * done, which may cost money, or writes something down; `settle` changes what holds for others.
 */
export type Need = 'read' | 'vote' | 'ask' | 'settle'

const granted: Record<Standing, readonly Need[]> = {
  member: ['read', 'vote', 'ask', 'settle'],
  guest: ['read', 'vote', 'ask'],
  foreign: ['read', 'vote'],
  gone: [],
  unknown: ['read'],
}

/** Why a person may not do what needs `need`, in one sentence; undefined when they may. */
export function refuseAct(need: Need, standing: Standing): string | undefined {
  if (granted[standing].includes(need)) return undefined
  switch (standing) {
    case 'guest':
      return 'Guests cannot change what holds for others here. Ask a member of this workspace to do it.'
    case 'foreign':
      return 'Only people of the workspace that installed me can do this. Ask a colleague there.'
    case 'member':
    case 'gone':
    case 'unknown':
      return 'Slack does not tell me who you are, so I did nothing. Try again in a minute.'
  }
}
