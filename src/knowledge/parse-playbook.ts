import { parse } from 'yaml'
import { z } from 'zod'
import type { PackageVersion, Playbook } from './playbook.ts'

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n([\s\S]+)$/
const PACKAGE_VERSION = /^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@\d+\.\d+\.\d+$/

const frontMatterSchema = z.strictObject({
  title: z.string().min(1),
  topics: z.array(z.string().min(1)).min(1),
  keywords: z.array(z.string().regex(/^\S+$/, 'write each keyword as one word')).min(1),
  packages: z.array(z.string().regex(PACKAGE_VERSION, 'write each package as name@1.2.3')),
  node: z.string().regex(/^>=\d+(\.\d+){0,2}$/, 'write the Node.js version as >=20 or >=20.19'),
})

/** Reads one playbook file; throws an error that names the file and every mistake in its front matter. */
export function parsePlaybook(fileName: string, text: string): Playbook {
  const [, header, body] = FRONT_MATTER.exec(text) ?? []
  if (header === undefined || body === undefined) {
    throw new Error(`${fileName}: start the playbook with front matter between two lines of ---, then its text`)
  }
  const result = frontMatterSchema.safeParse(readYaml(fileName, header))
  if (!result.success) throw new Error(`${fileName}: ${z.prettifyError(result.error)}`, { cause: result.error })
  return {
    ...result.data,
    id: fileName.replace(/\.md$/, ''),
    packages: result.data.packages.map(splitPackage),
    body: body.trim(),
  }
}

function readYaml(fileName: string, header: string): unknown {
  try {
    return parse(header)
  } catch (error) {
    throw new Error(`${fileName}: the front matter is not valid YAML`, { cause: error })
  }
}

function splitPackage(text: string): PackageVersion {
  const at = text.lastIndexOf('@')
  return { name: text.slice(0, at), version: text.slice(at + 1) }
}
