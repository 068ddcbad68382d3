import { isObject } from '../json.ts'
import { findWritableChannel } from '../channel-access.ts'
import { escapeText } from '../escape.ts'
import { shapeFile } from '../message-shape.ts'
import { shareFiles } from '../post.ts'
import { Refusal, refuseArguments } from '../refusal.ts'
import type { StoredFile } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

export const getUploadUrl: WebMethod = (call) => {
  const name = call.args.need('filename')
  if (!call.args.count('length')) throw refuseArguments('missing required field: length')
  const id = call.world.ids.next('F')
  call.world.files.set(id, {
    id,
    name,
    title: name,
    mimetype: 'text/plain',
    content: Buffer.alloc(0),
    userId: call.installation.botUserId,
    teamId: call.installation.team.id,
    channels: [],
    complete: false,
  })
  return { upload_url: `${call.core.baseUrl}/upload/v1/${id}`, file_id: id }
}

export const completeUpload: WebMethod = (call) => {
  const files = (call.args.list('files') ?? []).map((entry) => findUpload(call, entry))
  if (files.length === 0) throw refuseArguments('missing required field: files')
  for (const file of files) file.complete = true
  if (call.args.has('channel_id')) shareInChannel(call, files)
  return { files: files.map((file) => shapeFile(call.world, file)) }
}

export const showFile: WebMethod = (call) => {
  const file = call.world.files.get(call.args.need('file'))
  if (!file?.complete) throw new Refusal('file_not_found')
  return { file: shapeFile(call.world, file) }
}

function shareInChannel(call: Call, files: StoredFile[]): void {
  const channel = findWritableChannel(call, 'channel_id')
  const threadTs = call.args.text('thread_ts')
  shareFiles(call.core, channel, call.installation, files, {
    contents: { text: escapeText(call.args.text('initial_comment') ?? ''), blocks: [], attachments: [] },
    ...(threadTs !== undefined && { threadTs }),
  })
  for (const file of files) file.channels.push(channel.id)
}

function findUpload(call: Call, entry: unknown): StoredFile {
  const file = isObject(entry) ? call.world.files.get(String(entry.id)) : undefined
  if (!file || file.complete) throw new Refusal('file_not_found')
  if (isObject(entry) && typeof entry.title === 'string') file.title = entry.title
  return file
}
