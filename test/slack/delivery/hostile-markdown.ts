import * as fc from 'fast-check'

const marks =
  '` `` ``` ```` ~~~ ## # > - * 1. 2) | |---|---| --- === ** _ [ ] ]( [x]( ![ ! ( ) < > \\ : ]: [a]: [a] "t" / . @ 1 a word code'
const links =
  'https://evil.com/?q=1 https://evil.com/x https://github.com/a?b=c https://evilgithub.com/?q https://github.com@evil.com/ evil.com/?d=1 www.evil.com?x //evil.com/?q www. http https :// ?q=1 #f javascript:alert(1) mailto:a@evil.com?subject=x <https://evil.com/?q|l> <https://github.com/?q>'
const tokens =
  '<!channel> <!here|x> <!subteam^S1> <@U123> <@U999> <@U123|x> <#C12> @channel @here @everyone <!-- --> <script> &#58; &colon; &lt; &#60; &#x2f; &amp; & &#91; &#96; é 。'
const spaces = [' ', '  ', '    ', '\t', '\n', '\n\n', '\r\n', '\r', '\u2028', '\u00a0', '> ', '- ', '* ', '1. ', '| ']
const hidden = ['\u200b', '\u202e', '\u{e0041}', '\u2060', '\ufe0f', '\0', '\ufdd0', '\ud83d']

/** Text made of everything that was ever used to smuggle a mention or a link past a filter, in any order. */
export const hostileMarkdown = fc
  .array(fc.constantFrom(...`${marks} ${links} ${tokens}`.split(' '), ...spaces, ...spaces, ...hidden), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''))
