import type { Codebase } from '../../../codebase.ts'
import { keyOf, propertyOf } from '../../../parse/ast.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Lists that hold each person once. */
const onceEach =
  /(^|[a-z_])(likes?|likedBy|dislikes?|votes?|voters|upvotes?|downvotes?|follow(ers|ings?)|friends?|members?|participants?|attendees?|favou?rites?|bookmarks?|wish_?list|subscribers?|enrolled\w*|saved(Posts|By)|joined\w*)$/i

/** `$push: { likes: req.user.id }`: who clicks twice is in the list twice. */
export function* addedTwice(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.kind !== 'update' || query.file.kind !== 'production') continue
    const pushed = query.call.arguments.map((argument) => propertyOf(argument, '$push')).find((item) => item)
    if (pushed?.type !== 'ObjectExpression') continue
    for (const property of pushed.properties) {
      if (property.type !== 'Property' || !onceEach.test(keyOf(property) ?? '')) continue
      const value = query.file.text.slice(property.value.start, property.value.end)
      const around = requestOf(codebase, query.call)
      if (!/^(\w+\.)*(_?id|\w+(Id|_id|ID))$/.test(value) || !around) continue
      const filter = query.call.arguments[0]
      const text = query.file.text.slice(around.node.start, query.call.start)
      // A filter or a question before keeps the second out, apart from two at the same time.
      if (filter && /\$ne|\$nin/.test(query.file.text.slice(filter.start, filter.end))) continue
      if (/\.(includes|some|find|indexOf|filter|has)\(|\$ne|\$in\b|exists\(/.test(text)) continue
      yield {
        file: query.file,
        node: query.call,
        line: query.line,
        confidence: 'medium',
        message: `\`$push\` puts \`${value}\` into \`${keyOf(property) ?? ''}\` again each time; \`$addToSet\` keeps it there once.`,
      }
    }
  }
}
