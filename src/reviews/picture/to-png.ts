import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

const require = createRequire(import.meta.url)

let prepared: Promise<Uint8Array[]> | undefined

/** Draws an SVG as PNG at its own size, with fonts that come along, so that every machine draws the same. */
export async function toPng(svg: string): Promise<Buffer> {
  const fontBuffers = await (prepared ??= prepare())
  const image = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', loadSystemFonts: false },
  }).render()
  return Buffer.from(image.asPng())
}

async function prepare(): Promise<Uint8Array[]> {
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')))
  const fonts = [
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ]
  return Promise.all(fonts.map((path) => readFile(path)))
}
