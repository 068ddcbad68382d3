import type { Words } from '../../rule.ts'

/** A private key that is committed. */
export const keyFile: Words = {
  fix: {
    say: 'Make a new key, keep it outside the repository, and take this one out: it stays in the history.',
    code: { any: 'git rm --cached server.key\necho "*.key" >> .gitignore' },
  },
}

/** A script of the shell of MongoDB, which is no program of Node.js. */
export const ofShell: Words = {
  fix: {
    say: 'Make the user in a shell script, which takes the password from the environment.',
    code: {
      any: `mongosh "$MONGO_INITDB_DATABASE" --eval "db.createUser({ user: '$APP_DB_USER', pwd: '$APP_DB_PASSWORD', roles: ['readWrite'] })"`,
    },
  },
}

/** A value that a compose file gives to a service. */
export function composed(name: string): Words {
  return {
    fix: {
      say: 'Take it from a file or a variable that is not committed.',
      code: { any: `environment:\n  ${name}: \${${name}:?not set}` },
    },
  }
}

/** What an account’s password was made into. */
export const hashed: Words = {
  title: 'Hashes of passwords stand in the repository',
  why: 'Whoever has the code may guess at them for as long as it takes; short and well-known passwords fall at once.',
  effects: { safety: 'An account that keeps such a password in production is open to whoever guesses it.' },
  fix: {
    say: 'Make the password when the account is made, and see that these accounts never reach production.',
    code: { any: "const password = randomBytes(18).toString('base64url')\nawait hash(password, 12)" },
  },
}
