type Declared = { name: string; manifest: string; dev: boolean }

/** Packages whose plugins refuse, or break with, another major version than the one they were made for. */
const hosts: readonly (readonly [host: RegExp, plugins: RegExp])[] = [
  [/^fastify$/, /^@fastify\/|^fastify-/],
  [/^@nestjs\/(core|common|microservices|websockets|platform-.+)$/, /^@nestjs\//],
  [/^mongoose$/, /^@nestjs\/mongoose$|^mongoose-|^@typegoose\//],
  [/^typeorm$/, /^@nestjs\/typeorm$|^typeorm-/],
  [/^sequelize$/, /^@nestjs\/sequelize$|^sequelize-typescript$/],
]

/** What a package.json declares beside a package and binds to its major version. */
export function boundTo({ name, manifest }: Declared, dependencies: readonly Declared[]): string[] {
  const plugins = hosts.find(([host]) => host.test(name))?.[1]
  if (!plugins) return []
  return dependencies.flatMap((other) =>
    other.manifest === manifest && !other.dev && other.name !== name && plugins.test(other.name) ? [other.name] : [],
  )
}
