import semver from 'semver'

type KnownDeprecation = {
  name: string
  /** The versions it is about; all when not given. */
  range?: string
  why: string
  instead: string
  /** Where its authors say so; the page of the package when not given, which shows their message. */
  source?: string
}

/** Packages that their authors deprecated or gave up, as they said it by November 2026, with what took their place. */
const deprecations: readonly KnownDeprecation[] = [
  { name: '@hapi/joi', why: 'moved back to its old name', instead: 'joi' },
  {
    name: 'apollo-server',
    why: 'end of life since October 2024',
    instead: '@apollo/server',
    source: 'https://www.apollographql.com/docs/apollo-server/previous-versions/',
  },
  {
    name: 'apollo-server-express',
    why: 'end of life since October 2024',
    instead: '@apollo/server',
    source: 'https://www.apollographql.com/docs/apollo-server/previous-versions/',
  },
  { name: 'aws-sdk', why: 'version 2 has reached its end of support', instead: '@aws-sdk/client-*' },
  { name: 'babel-eslint', why: 'renamed, receives no more updates', instead: '@babel/eslint-parser' },
  { name: 'bcrypt-nodejs', why: 'no longer maintained', instead: 'bcrypt or bcryptjs' },
  { name: 'boom', why: 'moved', instead: '@hapi/boom' },
  { name: 'consolidate', range: '<1.0.0', why: 'versions below 1 are deprecated', instead: 'consolidate 1' },
  { name: 'crypto', why: 'no longer supported; the module is built in', instead: 'node:crypto' },
  { name: 'csurf', why: 'archived and no longer maintained', instead: 'csrf-csrf or csrf-sync' },
  { name: 'elasticsearch', why: 'no longer supported', instead: '@elastic/elasticsearch' },
  { name: 'express-graphql', why: 'no longer maintained', instead: 'graphql-http' },
  { name: 'faker', why: 'no longer maintained', instead: '@faker-js/faker' },
  { name: 'graphql-tools', why: 'split up, receives no more updates', instead: '@graphql-tools/schema' },
  { name: 'hoek', why: 'moved, no longer maintained under this name', instead: '@hapi/hoek' },
  { name: 'istanbul', why: 'no longer maintained', instead: 'c8 or nyc' },
  { name: 'jade', why: 'renamed', instead: 'pug' },
  { name: 'joi', range: '<=14.3.1', why: 'versions this old are deprecated', instead: 'joi 18 or zod' },
  { name: 'koa-router', range: '>=14.0.0', why: 'deprecated in favour of its new name', instead: '@koa/router' },
  { name: 'kue', why: 'no longer maintained', instead: 'BullMQ', source: 'https://github.com/Automattic/kue' },
  {
    name: 'ldapjs',
    why: 'given up by its maintainers in May 2024',
    instead: 'ldapts',
    source: 'https://github.com/ldapjs/node-ldapjs',
  },
  { name: 'mongodb', range: '<2.2.19', why: 'versions this old are deprecated', instead: 'mongodb 6 or later' },
  {
    name: 'mongoose',
    range: '<6.0.0',
    why: 'version 5 reached its end of life in March 2024',
    instead: 'mongoose 8 or later',
    source: 'https://mongoosejs.com/docs/version-support.html',
  },
  {
    name: 'multer',
    range: '<2.0.0',
    why: 'version 1 has vulnerabilities that only version 2 fixes',
    instead: 'multer 2',
  },
  { name: 'node-sass', why: 'no longer supported', instead: 'sass' },
  { name: 'node-uuid', why: 'renamed', instead: 'crypto.randomUUID' },
  { name: 'querystring', why: 'a legacy copy of a built-in module', instead: 'URLSearchParams' },
  {
    name: 'request',
    why: 'deprecated',
    instead: 'fetch',
    source: 'https://github.com/request/request/issues/3142',
  },
  {
    name: 'request-promise',
    why: 'deprecated with request',
    instead: 'fetch',
    source: 'https://github.com/request/request/issues/3142',
  },
  {
    name: 'request-promise-native',
    why: 'deprecated with request',
    instead: 'fetch',
    source: 'https://github.com/request/request/issues/3142',
  },
  {
    name: 'sequelize',
    range: '<6.0.0',
    why: 'versions below 6 are deprecated',
    instead: 'sequelize 6',
    source: 'https://sequelize.org/v6/manual/upgrade-to-v6.html',
  },
  { name: 'subscriptions-transport-ws', why: 'no longer maintained', instead: 'graphql-ws' },
  { name: 'swig', why: 'no longer maintained', instead: 'nunjucks' },
  { name: 'swig-templates', why: 'no longer maintained', instead: 'nunjucks' },
  { name: 'tslint', why: 'deprecated in favour of ESLint', instead: 'ESLint or oxlint' },
  { name: 'uuid', range: '<11.0.0', why: 'version 10 and below are no longer supported', instead: 'crypto.randomUUID' },
  { name: 'xss-clean', why: 'no longer supported', instead: 'sanitize-html where HTML is wanted' },
]

/** What was known of a package, or of this version of it, when this version was made. */
export function findKnownDeprecation(
  name: string,
  version: string | undefined,
): { why: string; instead: string; source: string } | undefined {
  const known = deprecations.find((item) => item.name === name && isAbout(item, version))
  return known && { ...known, source: known.source ?? `https://www.npmjs.com/package/${name}` }
}

function isAbout({ range }: KnownDeprecation, version: string | undefined): boolean {
  if (range === undefined) return true
  return version !== undefined && semver.satisfies(version, range, { loose: true, includePrerelease: true })
}
