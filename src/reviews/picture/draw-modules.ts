import type { ModuleSummary } from '../../evidence/report/modules-summary.ts'
import type { ReviewFinding } from '../review.ts'
import { connectGroups, type GroupEdge } from './connect-groups.ts'
import { commonFolder, countLines, groupModules, type ModuleGroup } from './group-modules.ts'
import { type Box, layoutGroups } from './layout-groups.ts'

const font = { family: 'DejaVu Sans', nameSize: 24, noteSize: 18, charWidth: 15.2, noteCharWidth: 10.6 }
const boxHeight = 80
const titleHeight = 64
const legendHeight = 96
const leastWidth = 900
const longestName = 40
const colors = {
  paper: '#ffffff',
  ink: '#1f2933',
  quiet: '#616e7c',
  edge: '#9aa5b1',
  ring: '#c81e1e',
  calm: '#eef2f6',
  warm: '#fdeccc',
  hot: '#f9c9c2',
}

/** The module graph as SVG: layers from top to bottom, rings in red, boxes warmer the more the review found in them. Undefined when there is nothing to draw. */
export function drawModules(
  modules: readonly ModuleSummary[],
  findings: readonly ReviewFinding[],
  title: string,
  cycles: readonly (readonly string[])[] = [],
): string | undefined {
  const groups = groupModules(modules)
  if (groups.length < 2) return undefined
  const root = commonFolder(groups.flatMap(({ files }) => files.map(({ path }) => path)))
  const edges = connectGroups(groups, cycles)
  const notes = groups.map((group) => describeGroup(group, findings))
  const names = groups.map(({ name }) =>
    name === `${root}…` ? 'other files' : shorten(name.slice(name.startsWith(root) ? root.length : 0)),
  )
  const sizes = names.map((name, index) => ({
    width: Math.max(name.length * font.charWidth, (notes[index]?.text.length ?? 0) * font.noteCharWidth) + 36,
    height: boxHeight,
  }))
  const layout = layoutGroups(sizes, edges)
  const width = Math.max(layout.width, leastWidth)
  const height = layout.height + titleHeight + legendHeight
  const shift = (width - layout.width) / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" font-family="${font.family}">`,
    markers,
    `<rect width="100%" height="100%" fill="${colors.paper}"/>`,
    text({ x: 24, y: 40 }, root ? `${title}, ${root}` : title, { size: 24, bold: true }),
    `<g transform="translate(${round(shift)} ${titleHeight})">`,
    ...edges.map((edge, index) => drawEdge(edge, layout.lines[index] ?? [])),
    ...names.map((name, index) => drawBox(layout.boxes[index], name, notes[index])),
    '</g>',
    drawLegend(height - 20, edges),
    '</svg>',
  ].join('\n')
}

/** The end of a path tells more than its beginning. */
function shorten(name: string): string {
  return name.length > longestName ? `…${name.slice(1 - longestName).toWellFormed()}` : name
}

interface GroupNote {
  text: string
  heat: 'calm' | 'warm' | 'hot'
}

function describeGroup({ files }: ModuleGroup, findings: readonly ReviewFinding[]): GroupNote {
  const paths = new Set(files.map(({ path }) => path))
  const inside = findings.filter(({ place, also }) => [place, ...also].some(({ path }) => paths.has(path)))
  const severe = inside.some(({ severity }) => severity === 'critical' || severity === 'high')
  const size = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${countLines(files).toLocaleString('en-US')} lines`
  const found = inside.length > 0 ? `, ${inside.length} found` : ''
  return { text: `${size}${found}`, heat: severe ? 'hot' : inside.length > 0 ? 'warm' : 'calm' }
}

function drawBox(box: Box | undefined, name: string, note: GroupNote | undefined): string {
  if (!box || !note) return ''
  const { x, y, width, height } = box
  const rect = `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="8" fill="${colors[note.heat]}" stroke="${colors.ink}" stroke-width="1.5"/>`
  const label = text({ x, y: y - 5 }, name, { size: font.nameSize, bold: true, centred: true })
  return `${rect}${label}${text({ x, y: y + 23 }, note.text, { size: font.noteSize, color: colors.quiet, centred: true })}`
}

function drawEdge({ imports, inRing }: GroupEdge, points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  const path = `M ${round(first.x)} ${round(first.y)} ${rest.map(({ x, y }) => `L ${round(x)} ${round(y)}`).join(' ')}`
  const width = 1.5 + Math.min(4, Math.log2(imports))
  const marker = inRing ? 'ring' : 'edge'
  return `<path d="${path}" fill="none" stroke="${colors[marker]}" stroke-width="${round(width)}" stroke-linejoin="round" marker-end="url(#${marker})"/>`
}

function drawLegend(y: number, edges: readonly GroupEdge[]): string {
  const rings = edges.some(({ inRing }) => inRing)
    ? 'Red arrows: files that load each other in a ring.'
    : 'No files of different boxes load each other in a ring.'
  const words = [
    'An arrow means "loads"; ways that other arrows show are left out.',
    rings,
    'Red box: a critical or high finding; yellow box: lesser ones.',
  ]
  return words
    .map((line, index) => text({ x: 24, y: y - 48 + index * 24 }, line, { size: 17, color: colors.quiet }))
    .join('')
}

const markers = `<defs>${(['edge', 'ring'] as const)
  .map(
    (id) =>
      `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="12" markerHeight="12" markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0 L 10 5 L 0 10 z" fill="${colors[id]}"/></marker>`,
  )
  .join('')}</defs>`

function text(
  { x, y }: { x: number; y: number },
  words: string,
  style: { size: number; bold?: boolean; color?: string; centred?: boolean },
): string {
  const { size, bold, color = colors.ink, centred } = style
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}"${bold ? ' font-weight="bold"' : ''} fill="${color}"${centred ? ' text-anchor="middle"' : ''}>${escapeXml(words)}</text>`
}

function escapeXml(words: string): string {
  return words
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

const round = (value: number) => Math.round(value * 10) / 10
