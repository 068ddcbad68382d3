import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Turns a property off that is on. */
export const switchOff: CodeFix = ({ node }) =>
  node.type === 'Property' && node.value.type === 'Literal' && node.value.value === true
    ? { edits: [replace(node.value, 'false')] }
    : undefined
