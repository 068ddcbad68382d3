import type { Words } from '../../rule.ts'

/** HTML that code puts together. */
export const inCode: Words = {
  fix: {
    say: 'Escape the value where it becomes part of the markup, or let a view print it, which escapes by itself.',
    code: { any: "import escapeHtml from 'escape-html'\nconst html = `<p>${escapeHtml(String(text))}</p>`" },
  },
}
