import { expect, test } from 'vitest'
import { connectGroups } from '../../../src/reviews/picture/connect-groups.ts'
import { drawModules } from '../../../src/reviews/picture/draw-modules.ts'
import { groupModules } from '../../../src/reviews/picture/group-modules.ts'
import { toPng } from '../../../src/reviews/picture/to-png.ts'

const file = (path: string, imports: string[] = [], lines = 10) => ({ path, imports, lines })

test('every file is in exactly one box, and there are never more boxes than can be read', () => {
  const files = Array.from({ length: 400 }, (_, index) => file(`src/${index % 40}/part-${index % 7}/f${index}.ts`))
  const groups = groupModules(files)
  expect(groups.length).toBeLessThanOrEqual(14)
  expect(groups.flatMap((group) => group.files.map(({ path }) => path)).toSorted()).toEqual(
    files.map(({ path }) => path).toSorted(),
  )
})

test('of folders that load each other the weaker way goes up, and is marked only where files make the ring', () => {
  const groups = [
    { name: 'api/', files: [file('api/a.ts', ['db/x.ts']), file('api/b.ts', ['db/x.ts'])] },
    { name: 'db/', files: [file('db/x.ts', ['api/a.ts'])] },
  ]
  expect(connectGroups(groups)).toEqual([
    { from: 0, to: 1, imports: 2, inRing: false, upward: false },
    { from: 1, to: 0, imports: 1, inRing: false, upward: true },
  ])
  const marked = connectGroups(groups, [['api/a.ts', 'db/x.ts']])
  expect(marked.map(({ inRing }) => inRing)).toEqual([true, true])
})

test('an arrow that longer ways say already is left out', () => {
  const groups = [
    { name: 'api/', files: [file('api/a.ts', ['core/c.ts', 'db/x.ts'])] },
    { name: 'core/', files: [file('core/c.ts', ['db/x.ts'])] },
    { name: 'db/', files: [file('db/x.ts')] },
  ]
  expect(connectGroups(groups).map(({ from, to }) => `${from}-${to}`)).toEqual(['0-1', '1-2'])
})

test('names that are no good XML are drawn all the same', async () => {
  const svg = drawModules([file('src/<a>&\u0000/x.ts', ['src/b/y.ts']), file('src/b/y.ts')], [], 'acme & sons')
  const png = await toPng(svg ?? '')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
})

test('one lonely file is no picture', () => {
  expect(drawModules([file('index.js')], [], 'acme/tiny')).toBeUndefined()
})

test('names of any length make no picture too wide to be read', () => {
  const folder = (index: number) => `p${index}/${'very-long-name/'.repeat(30)}`
  const files = Array.from({ length: 14 }, (_, index) =>
    file(`${folder(index)}x.ts`, index > 0 ? [`${folder(0)}x.ts`] : []),
  )
  const width = Number(/width="(\d+)/.exec(drawModules(files, [], 'acme/orders') ?? '')?.[1])
  expect(width).toBeGreaterThan(0)
  expect(width).toBeLessThan(4000)
})
