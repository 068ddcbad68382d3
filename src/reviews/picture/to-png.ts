import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { loadOnce } from '../../lib/load-once.ts'

const require = createRequire(import.meta.url)

/** Draws an SVG as PNG at its own size, with fonts that come along, so that every machine draws the same. */
export async function toPng(svg: string): Promise<Buffer> {
  await loadRenderer()
  const fontBuffers = await loadFonts()
  const image = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', loadSystemFonts: false },
  }).render()
  return Buffer.from(image.asPng())
}

const loadRenderer = loadOnce(async () => initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm'))))

const loadFonts = loadOnce(() =>
  Promise.all([
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
  ]),
)
