import { measureAcknowledge } from './acknowledge.ts'
import { measureMemory } from './memory.ts'
import { measureOverhead } from './overhead.ts'
import { measureReview } from './review.ts'
import { measureSearch } from './search.ts'
import { measureStart } from './start.ts'
import { report } from './support/figure.ts'

await report([measureAcknowledge, measureOverhead, measureStart, measureReview, measureMemory, measureSearch])
