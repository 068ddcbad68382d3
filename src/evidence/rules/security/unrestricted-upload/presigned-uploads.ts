import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { contains, hasSpread, literalText, propertyOf, unwrap, type CallNode } from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

/** Addresses signed for one PUT of whatever size. */
export function* presignedUploads(codebase: Codebase): Iterable<Match> {
  const places = [
    ...signedCommands(codebase).map((found) => ({ ...found, words: byCommand })),
    ...signedByName(codebase).map((found) => ({ ...found, words: byPolicy })),
  ]
  if (places.length === 0 || codebase.production.some(looksAfterwards)) return
  for (const { call, file, words } of places)
    yield { file, node: call, severity: 'low', confidence: 'high', words, message }
}

/** Asks what came under the key, and how large it is. */
const looksAfterwards = says(/\b(HeadObjectCommand|headObject|statObject|GetObjectAttributesCommand)\b/)

const message = 'Who holds this address may store a file of any size and type under it.'

/** `new PutObjectCommand(…)` that `getSignedUrl` is given. */
function signedCommands(codebase: Codebase): FoundCall[] {
  const signed = codebase.index.named(/^@aws-sdk\/s3-request-presigner\.getSignedUrl$/)
  return codebase.index
    .named(/^@aws-sdk\/client-s3\.PutObjectCommand$/)
    .filter((command) => !holdsSize(command, codebase))
    .filter((command) => signed.some(({ call, file }) => file === command.file && isGiven(command.call, call, file)))
}

function holdsSize({ call, file }: FoundCall, { meanings }: Codebase): boolean {
  const [given] = call.arguments
  const options = given && objectOf(given, file, meanings)?.node
  return !options || hasSpread(options) || propertyOf(options, 'ContentLength') !== undefined
}

function isGiven(command: CallNode, call: CallNode, file: SourceFile): boolean {
  const given = call.arguments[1] && unwrap(call.arguments[1])
  const init = given?.type === 'Identifier' ? lookUp(file.scopes, given, given.name)?.init : given
  return init !== undefined && init !== null && contains(init, command)
}

/** `getSignedUrl('putObject', …)` of aws-sdk 2, and MinIO's `presignedPutObject`. */
function signedByName({ index }: Codebase): FoundCall[] {
  const first = index
    .methods('getSignedUrl', 'getSignedUrlPromise')
    .filter(({ call }) => literalText(call.arguments[0]) === 'putObject')
  return [...first, ...index.methods('presignedPutObject')]
}

const title = 'A signed upload has no limit of size'
const why =
  'The signature of a PUT holds the bucket, the key and the time alone; S3 takes up to 5 GB in one request, as often as the address holds, and serves the file with the type that its sender names.'
const effects = { safety: 'A stranger fills the bucket at your cost, and puts pages into it.' }

const byCommand: Words = {
  title,
  why: `${why} \`@aws-sdk/s3-request-presigner\` leaves the type out of the signature unless \`signableHeaders\` names it.`,
  effects,
  fix: {
    say: 'Ask the caller for the size and the type, check both, and sign them.',
    code: {
      any: "const { size, type } = z.object({ size: z.int().min(1).max(5_000_000), type: z.enum(['image/png', 'image/jpeg']) }).parse(body)\nconst command = new PutObjectCommand({ Bucket, Key: randomUUID(), ContentLength: size, ContentType: type })\nconst url = await getSignedUrl(s3, command, { expiresIn: 60, signableHeaders: new Set(['content-type']) })",
    },
  },
}

const byPolicy: Words = {
  title,
  why,
  effects,
  fix: {
    say: 'Sign a form with a policy in its place: it holds the size and the type.',
    code: {
      any: "const form = s3.createPresignedPost({\n  Bucket,\n  Fields: { key: randomUUID(), 'Content-Type': 'image/png' },\n  Conditions: [['content-length-range', 1, 5_000_000]],\n  Expires: 60,\n}) // with MinIO: newPostPolicy(), setContentLengthRange(1, 5_000_000), setContentType(…), presignedPostPolicy(policy)",
    },
  },
}
