import { renameSession, setSessionStatus } from './agent-sessions.ts'
import { setStatus, setSuggestedPrompts, setTitle } from './assistant.ts'
import { testAuth } from './auth.ts'
import type { WebMethod } from './call.ts'
import { appendStream, startStream, stopStream } from './chat-streams.ts'
import { deleteMessage, getPermalink, postEphemeral, postMessage, updateMessage } from './chat.ts'
import { listHistory, listReplies } from './conversation-messages.ts'
import {
  joinConversation,
  listChannelsOf,
  listConversations,
  listMembers,
  openConversation,
  showConversation,
} from './conversations.ts'
import { completeUpload, getUploadUrl, showFile } from './files.ts'
import { addReaction, removeReaction } from './reactions.ts'
import { listUsers, showUser } from './users.ts'
import { openView, publishView, pushView, updateView } from './views.ts'

/** Methods called with a bot token; the two others are answered where their tokens are known. */
export const BOT_METHODS: Record<string, WebMethod> = {
  'agents.sessions.rename': renameSession,
  'agents.sessions.setStatus': setSessionStatus,
  'assistant.threads.setStatus': setStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'assistant.threads.setTitle': setTitle,
  'auth.test': testAuth,
  'chat.appendStream': appendStream,
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
  'chat.postEphemeral': postEphemeral,
  'chat.postMessage': postMessage,
  'chat.startStream': startStream,
  'chat.stopStream': stopStream,
  'chat.update': updateMessage,
  'conversations.history': listHistory,
  'conversations.info': showConversation,
  'conversations.join': joinConversation,
  'conversations.list': listConversations,
  'conversations.members': listMembers,
  'conversations.open': openConversation,
  'conversations.replies': listReplies,
  'files.completeUploadExternal': completeUpload,
  'files.getUploadURLExternal': getUploadUrl,
  'files.info': showFile,
  'reactions.add': addReaction,
  'reactions.remove': removeReaction,
  'users.conversations': listChannelsOf,
  'users.info': showUser,
  'users.list': listUsers,
  'views.open': openView,
  'views.publish': publishView,
  'views.push': pushView,
  'views.update': updateView,
}
