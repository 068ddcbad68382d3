import type { Codebase } from '../../../codebase.ts'
import { keyOf, literalText } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { inDevelopment } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Versions of TLS that browsers no longer speak, in the options of a server or a connection. */
export function* oldProtocols(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production)
    yield* inOne(
      oldVersions(file)
        .filter((node) => !inDevelopment(node, file))
        .map((node): Match => {
          const message = `\`${literalText(node.value)}\` allows a version of TLS that was given up in 2021 (RFC 8996).`
          return { file, node, severity: keyOf(node) === 'minVersion' ? 'low' : 'medium', message }
        }),
    )
}

const oldVersions = atOnce((file: SourceFile) =>
  goingBy(propertiesOf(file), ['minVersion', 'maxVersion', 'secureProtocol']).filter(({ value }) =>
    /^(TLSv1(\.1)?|(TLSv1(_1)?|SSLv[23])(_(client|server))?_method)$/.test(literalText(value) ?? ''),
  ),
)
