import type { SeedRepository } from '../support/github/seed.ts'

/** A small service with branches, tags, a pull request, and every kind of file. */
export const orders: SeedRepository = {
  owner: 'acme',
  name: 'orders',
  formerNames: ['acme/shop'],
  commits: [
    {
      id: 'first',
      message: 'Add the service',
      author: 'Ada Example',
      date: '2026-01-05T09:00:00Z',
      files: {
        'README.md': '# Orders\n',
        'package.json': '{ "name": "orders" }\n',
        'src/app.js': "import { Pool } from 'pg'\n\nexport const pool = new Pool()\n",
        'src/routes/orders.js': 'export function listOrders(pool) {\n  return pool.query("select * from orders")\n}\n',
        'run.sh': { content: '#!/bin/sh\nnode src/app.js\n', executable: true },
        'latest.js': { symlink: 'src/app.js' },
        'outside.js': { symlink: '../../etc/passwd' },
        'vendor/lib': { submodule: '1111111111111111111111111111111111111111' },
        'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
        'latin.txt': Buffer.from([0x63, 0x61, 0x66, 0xe9]),
        'wide.txt': Buffer.from('\ufeffwide', 'utf16le'),
        'bom.js': '\ufeffexport {}\n',
        'model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 123456\n`,
        'empty.txt': '',
        'big.sql': 'insert into orders values (1);\n'.repeat(80_000),
      },
    },
    {
      id: 'second',
      message: 'Close the pool',
      files: {
        'src/app.js':
          "import { Pool } from 'pg'\n\nexport const pool = new Pool()\nprocess.on('SIGTERM', () => pool.end())\n",
      },
    },
    {
      branch: 'feature/pay',
      message: 'Add payments',
      files: { 'src/pay.js': 'export function pay() {}\n', 'README.md': null },
    },
    {
      branch: 'feature/pay',
      message: 'Charge the card',
      files: { 'src/pay.js': 'export function pay() {\n  charge()\n}\n' },
    },
  ],
  tags: [
    { name: 'v1', at: 'first' },
    { name: 'v2/final', at: 'second', message: 'Second release' },
  ],
  pulls: [{ number: 7, title: 'Take payments', body: 'Charges the card.', head: 'feature/pay', author: 'bob' }],
  collaborators: { ada: 'admin', bob: 'read' },
}

/** A fork with one commit of its own. */
export const fork: SeedRepository = {
  owner: 'bob',
  name: 'orders',
  forkOf: 'acme/orders',
  commits: [{ branch: 'fix', message: 'Fix the title', files: { 'README.md': '# Orders and more\n' } }],
}

export const secret: SeedRepository = {
  owner: 'acme',
  name: 'vault',
  private: true,
  commits: [{ message: 'Add the key', files: { 'key.js': 'export const key = load()\n' } }],
  collaborators: { ada: 'write' },
}
