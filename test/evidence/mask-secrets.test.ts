import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecrets } from '../../src/evidence/mask-secrets.ts'

test('masking secrets never moves a line, whatever the text', () => {
  const anyText = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('password: "', "token = '", '-----BEGIN PRIVATE KEY-----', '\n')),
  )
  fc.assert(
    fc.property(anyText, (parts) => {
      const text = parts.join('\n')
      expect(maskSecrets('a.js', text).split('\n')).toHaveLength(text.split('\n').length)
    }),
  )
})

test.each([
  ['a.js', 'const ok = config.password', 'const ok = config.password'],
  ['a.js', "res.json({ error: 'Wrong password' })", "res.json({ error: 'Wrong password' })"],
  ['a.js', "const password = 'hunter2-hunter2'", "const password = '[secret]'"],
  ['a.yml', '  password: s3cr3t-Pa55', '  password: [secret]'],
  ['a.js', "jwt.sign({ id, role }, 'correct-horse')", "jwt.sign({ id, role }, '[secret]')"],
  ['a.js', "createHmac('sha256', 'correct-horse')", "createHmac('sha256', '[secret]')"],
  ['.env', 'DB_HOST=db.internal', 'DB_HOST=[secret]'],
  ['api/.env.production', '# the database', '# the database'],
  ['.env.example', 'DB_HOST=localhost', 'DB_HOST=localhost'],
  ['a.js', "createHmac('sha256', key)", "createHmac('sha256', key)"],
])('%s: %s', (path, line, shown) => {
  expect(maskSecrets(path, line)).toBe(shown)
})

test('a secret that is a word is masked where it is a text, and stays where it is a name', () => {
  expect(maskSecrets('a.js', "var user = new User('user')", ['user'])).toBe("var user = new User('[secret]')")
})
