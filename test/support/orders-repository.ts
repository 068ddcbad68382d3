import type { SeedRepository } from './github/seed.ts'

/** A small Express service with one of everything that can stand at a path. */
export function ordersRepository(overrides: Partial<SeedRepository> = {}): SeedRepository {
  return {
    owner: 'acme',
    name: 'orders',
    defaultBranch: 'main',
    commits: [
      {
        message: 'Start the service',
        author: 'mira',
        files: {
          'package.json': JSON.stringify({
            name: 'orders',
            main: 'src/app.js',
            engines: { node: '>=20' },
            dependencies: { express: '4.21.2', pg: '8.13.1' },
            devDependencies: { jest: '29.7.0' },
          }),
          'src/app.js': "const express = require('express')\nconst app = express()\n\napp.get('/orders', listOrders)\n",
          'src/list-orders.js': 'async function listOrders(req, res) {\n  res.json(await Order.findAll())\n}\n',
          'assets/logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]),
          'docs/latin1.txt': Buffer.from('Stra\xdfe', 'latin1'),
          'data/huge.json': `"${'x'.repeat(1_200_000)}"`,
          'src/latest.js': { symlink: 'app.js' },
          'vendor/lib': { submodule: '1234567890123456789012345678901234567890' },
        },
      },
      {
        message: 'Add exports',
        branch: 'feature/export',
        author: 'priya',
        files: { 'src/export.js': 'module.exports = () => fs.readFileSync(name)\n' },
      },
    ],
    pulls: [
      { number: 7, title: 'Export orders', head: 'feature/export', base: 'main', body: 'For finance', author: 'priya' },
    ],
    ...overrides,
  }
}
