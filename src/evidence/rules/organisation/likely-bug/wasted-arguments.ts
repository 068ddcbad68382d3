import type { Codebase } from '../../../codebase.ts'
import { isFunction, pathOf, propertyOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** Arguments a call does nothing with: a second filter, a callback beside `await`, what was called in place of being given. */
export function* wastedArguments(codebase: Codebase): Iterable<Match> {
  yield* ignoredArguments(codebase)
  yield* awaitedCallbacks(codebase)
  yield* calledAtOnce(codebase)
}

/** Sequelize and Mongoose take one filter object; a second with `include` or `where` is thrown away. */
function* ignoredArguments(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const { file } = query
    const [first, second] = query.call.arguments
    if (file.kind !== 'production' || !/^(findOne|findAll|findAndCountAll)$/.test(query.method) || !first || !second)
      continue
    if (
      propertyOf(first, 'where') &&
      (propertyOf(second, 'include') || propertyOf(second, 'where') || propertyOf(second, 'order'))
    ) {
      yield { file, node: query.call, message: `\`${query.method}\` takes one object: the second is ignored.` }
    }
  }
}

/** `await connection.query(text, (error, rows) => …)` waits for nothing: the driver gives its answer to the callback. */
function* awaitedCallbacks(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const last = query.call.arguments.at(-1)
    if (query.file.kind !== 'production' || query.call.parent?.type !== 'AwaitExpression' || !isFunction(last)) continue
    if (!/^mysql$/.test(query.client) || query.kind !== 'raw') continue
    yield {
      file: query.file,
      node: query.call,
      message: '`await` waits for nothing here: this call answers its callback and returns no promise.',
    }
  }
}

/** `app.listen(port, console.log('ready'))`: the text is printed before anything listens. */
function* calledAtOnce(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('listen')) {
    const callback = call.arguments.find(
      (argument) => argument.type === 'CallExpression' && /^console\.\w+$/.test(pathOf(argument.callee)),
    )
    if (callback)
      yield {
        file,
        node: callback,
        severity: 'low',
        message: 'This is called at once, before the server listens, and gives no callback.',
      }
  }
}
