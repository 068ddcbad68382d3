import type { Entity } from './entities.ts'
import { plainModel } from './query-filters.ts'

/** Of several schemas of one name, those of which a model of that name is made: others are parts of documents, or of other models. */
export function ownModels(alike: readonly Entity[]): readonly Entity[] {
  const own = alike.length > 1 ? alike.filter(isModelled) : []
  return own.length > 0 ? own : alike
}

/** The same entities, so that who looks for one by its name finds the one that is asked under it. */
export function ownModelsFirst(entities: readonly Entity[]): readonly Entity[] {
  const alike = Map.groupBy(entities, ({ name }) => plainModel(name))
  const others = new Set([...alike.values()].flatMap((group) => group.filter((one) => !ownModels(group).includes(one))))
  return [...entities.filter((entity) => !others.has(entity)), ...others]
}

/** `const UserModel = model('…', userSchema)` */
function isModelled({ kind, name, file }: Entity): boolean {
  if (kind !== 'mongoose') return true
  return [...file.text.matchAll(makesModel)].some(
    ([, model, schema]) => schema === name && plainModel(model) === plainModel(name),
  )
}

const makesModel = /\b(?:const|let|var)\s+(\w+)\s*(?::[^=;]+)?=[^=;]{0,80}?\bmodel(?:<[^()]*>)?\(\s*[^,()]*,\s*(\w+)/g
