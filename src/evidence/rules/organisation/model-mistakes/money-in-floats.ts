import type { Codebase } from '../../../codebase.ts'
import type { Match } from '../../rule.ts'

const money =
  /^(\w*_)?(unit_?|total_?|sub_?|sale_?|net_?|gross_?)?(price|amount|total|sub_?total|cost|balance|salary|fee|revenue|budget)s?$/i
const floating =
  /DataTypes?\.(FLOAT|DOUBLE|REAL)|Sequelize\.(FLOAT|DOUBLE|REAL)|@Column\(\s*(\{[^}]*type\s*:\s*)?['"](float|float[48]|double|double precision|real)['"]|^(\w+\s+)?Float\b|\b(real|doublePrecision|double|float)\(/

/** Prices and amounts in binary floating point: cents get lost when they are added. */
export function* moneyInFloats(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    const file = codebase.sources.get(entity.file.path) ?? entity.file
    if ('kind' in file && file.kind !== 'production') continue
    for (const field of entity.fields) {
      if (!money.test(field.name) || !floating.test(field.type)) continue
      yield {
        file,
        ...(field.node ? { node: field.node } : {}),
        ...(field.line === undefined ? {} : { line: field.line }),
        severity: 'low',
        message: `\`${field.name}\` is money in floating point, which cannot hold tenths: sums and comparisons are off by a cent.`,
      }
    }
  }
}
