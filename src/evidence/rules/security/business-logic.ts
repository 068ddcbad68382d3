import type { Codebase } from '../../codebase.ts'
import { isForAdministrators } from '../../facts/access-control.ts'
import type { Trace } from '../../facts/trace.ts'
import { keyOf, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isValidated, purposeOf, routesOf, sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

/** Where those who sell say what it costs. */
const setsPrices = /(^|\/)(settings?|config|masters?|tariffs?|price-?lists?)\//i

export const businessLogic: Rule = {
  id: 'price-from-client',
  category: 'business-logic',
  severity: 'high',
  confidence: 'medium',
  title: 'The price is what the caller says',
  why: 'What something costs is for the server to know; a request can say any number.',
  effects: { safety: 'Goods are sold for a cent.' },
  fix: {
    say: 'Take the price from the product.',
    code: {
      Mongoose:
        'const product = await Product.findById(productId)\nawait Order.create({ product: productId, price: product.price, user: req.user.id })',
      Prisma:
        'const product = await prisma.product.findUniqueOrThrow({ where: { id: productId } })\nawait prisma.order.create({ data: { productId, price: product.price, userId: req.user.id } })',
      TypeORM:
        'const product = await products.findOneByOrFail({ id: productId })\nawait orders.insert({ productId, price: product.price, userId: req.user.id })',
      SQL: 'INSERT INTO orders (product_id, price, user_id)\nSELECT id, price, :user FROM products WHERE id = :product',
      any: 'const product = await Product.findByPk(productId)\nawait Order.create({ productId, price: product.price, userId: req.user.id })',
    },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/10-Business_Logic_Testing/',
  ],
  limits: 'Of all business rules only this one shows in code without knowing the business.',
  find(codebase) {
    // What a handler hands on to be kept is one: where it is kept.
    const inHandlers = Map.groupBy(
      clientPrices(codebase),
      ({ trace: { handler, source } }) => handler?.node ?? source.node,
    )
    return inHandlers.values().flatMap((found) => {
      const farthest = Math.max(...found.map(({ trace }) => trace.steps.length))
      const kept = found.filter(({ trace }) => trace.steps.length === farthest)
      return kept.map(({ match }) => match)
    })
  },
}

function* clientPrices(codebase: Codebase): Iterable<{ match: Match; trace: Trace }> {
  const reported = new Set<Node>()
  for (const file of codebase.production) {
    for (const property of prices(file)) {
      if (setsPrices.test(file.path) || (property.parent && reported.has(property.parent)) || isQuantity(property))
        continue
      const name = keyOf(property) ?? ''
      const value = unwrap(property.value)
      if (
        !/buy|purchase|order|checkout|cart|pay|invoice|charge/i.test(
          `${purposeOf(codebase, property)} ${file.path.split('/').at(-1)}`,
        )
      )
        continue
      const trace = codebase.flow.trace(value, file)
      if (!trace || trace.inText || !/^(body|query|url)$/.test(trace.kind)) continue
      // That an amount is a number does not make it the right one.
      if (isValidated(codebase, trace) && !isCharged(property)) continue
      const routes = routesOf(codebase, trace.handler?.node)
      if (routes.length > 0 && routes.every(isForAdministrators)) continue
      if (property.parent) reported.add(property.parent)
      const { source } = trace
      // `const total = req.body.total`: there the server takes the caller's word.
      const isRead = source.file === trace.handler?.file && /\.(price|total|amount|cost|discount)$/i.test(source.text)
      const place = isRead ? { file: source.file, node: source.node, line: source.line } : { file, node: property }
      const message = `\`${name}\` comes from ${sourceText(trace, file, property)}.`
      yield { match: { ...place, message, steps: trace.steps }, trace }
    }
  }
}

/** `{ productId, amount: 2 }`: how many, not how much. */
function isQuantity(property: Node): boolean {
  const { parent } = property
  return (
    parent?.type === 'ObjectExpression' &&
    keyOf(property) === 'amount' &&
    parent.properties.some((item) => /^(product|item|variant|sku)_?(id)?$/i.test(keyOf(item) ?? ''))
  )
}

/** `stripe.paymentIntents.create({ amount })`. */
function isCharged(property: Node): boolean {
  const call = property.parent?.parent
  return call?.type === 'CallExpression' && /\b(paymentIntents|charges)\.create$/.test(pathOf(call.callee))
}

const prices = atOnce((file: SourceFile) =>
  goingBy(
    propertiesOf(file),
    /^(price|total|amount|(total|sub|items?|unit|tax|shipping)_?(price|total|amount|cost)|cost|discount)$/i,
  ).filter(({ parent }) => parent?.type === 'ObjectExpression'),
)
