/** What a claim of absence can be about, and what a program looks for before the claim is believed. */
export type AbsenceSubject = {
  name: string
  /** The words by which a text means it. */
  says: RegExp
  /** Imports of one of these contradict the claim. */
  packages?: readonly string[]
  /** Code that holds one of these contradicts the claim; without regard to case. */
  code?: readonly string[]
  /** As `code`, but only as a whole word. */
  words?: readonly string[]
  /** A package.json that names one of these contradicts the claim. */
  manifest?: readonly string[]
  /** A file at such a path contradicts the claim. */
  paths?: readonly RegExp[]
  /** Whether configuration (proxies, containers, deployments) is searched as well as code. */
  inConfiguration?: true
}

/** The closed list: what is not in it cannot be claimed absent. Terms lean to contradiction, so that doubt drops a claim. */
export const absenceSubjects: readonly AbsenceSubject[] = [
  {
    name: 'rate limiting',
    says: /rate[- ]?limit|throttl|brute[- ]?force/i,
    packages: ['limiter', 'bottleneck', 'express-brute', '@upstash/ratelimit', 'rate-limiter-flexible'],
    code: ['ratelimit', 'rate-limit', 'rate_limit', 'throttl', 'slowdown', 'slow-down', 'limit_req'],
    inConfiguration: true,
  },
  {
    name: 'security headers',
    says: /helmet|(?:security|protective) headers?|\bHSTS\b|content[- ]security[- ]policy|\bCSP\b/i,
    packages: ['lusca', 'hono/secure-headers'],
    code: [
      'helmet',
      'strict-transport-security',
      'content-security-policy',
      'x-frame-options',
      'x-content-type-options',
    ],
    inConfiguration: true,
  },
  {
    name: 'input validation',
    says: /(?:input|request|body|payload|schema|parameter|query|data) validation|\bvalidation\b|\bvalidat(?:or|ing|ed|es?)\b/i,
    packages: [
      'joi',
      '@hapi/joi',
      'zod',
      'yup',
      'ajv',
      'celebrate',
      'superstruct',
      'valibot',
      'typebox',
      'io-ts',
      'arktype',
    ],
    code: ['validat', 'typebox', 'safeparse', 'joi.', 'checkschema', 'runtypes'],
  },
  {
    name: 'authentication',
    says: /\bauthenticat|\bauth\b|\blog-?in check/i,
    packages: [
      'passport',
      'jsonwebtoken',
      'jose',
      'openid-client',
      'next-auth',
      'better-auth',
      'lucia',
      'firebase-admin',
    ],
    code: [
      'authenticat',
      'requireauth',
      'authguard',
      'isauth',
      'jwt',
      'req.user',
      'session.user',
      'basicauth',
      'bearer',
    ],
    words: ['auth', 'passport', 'authorization', 'apikey', 'api_key', 'x-api-key'],
    inConfiguration: true,
  },
  {
    name: 'authorisation',
    says: /\bauthori[sz]|\bpermission|access[- ]control|\bRBAC\b|\broles?\b|ownership check/i,
    packages: ['@casl/ability', 'accesscontrol', 'casbin', 'role-acl'],
    code: [
      'authorize',
      'authorise',
      'permission',
      'isadmin',
      'hasrole',
      'rolesguard',
      'forbidden',
      'checkrole',
      'isowner',
    ],
    words: ['roles', 'role', '403'],
  },
  {
    name: 'error handler',
    says: /error[- ]handl|exception (?:filter|handl)|error middleware/i,
    packages: ['express-async-errors', 'koa-onerror', 'koa-error', '@hapi/boom', 'http-errors'],
    code: ['errorhandler', 'error-handler', 'error_handler', 'exceptionfilter', 'handleerror', '@catch(', 'onerror'],
    words: ['(err, req', '(error, req', 'err: any, req', 'error: any, req', 'err: error', 'error: error', '(err, _req'],
  },
  {
    name: 'handler for unhandled rejections',
    says: /unhandled(?: promise)? ?rejection|uncaught ?exception|process-level/i,
    code: ['unhandledrejection', 'uncaughtexception'],
  },
  {
    name: 'graceful shutdown',
    says: /graceful|shut ?down|SIGTERM|\bdrain/i,
    packages: ['http-terminator', '@godaddy/terminus', 'stoppable', 'lightship', 'close-with-grace', 'async-exit-hook'],
    code: ['sigterm', 'sigint', 'shutdown', 'server.close', 'app.close', 'fastify.close'],
  },
  {
    name: 'timeouts',
    says: /\btime-?outs?\b|\bdeadlines?\b/i,
    packages: ['connect-timeout', 'p-timeout'],
    code: [
      'timeout:',
      'timeout =',
      'timeoutms',
      'timeout_',
      '_timeout',
      '.settimeout(',
      '.timeout(',
      'abortcontroller',
    ],
    words: ['requesttimeout', 'headerstimeout', 'connecttimeout', 'connectiontimeout', 'sockettimeout', 'querytimeout'],
  },
  {
    name: 'caching',
    says: /\bcach(?:e|es|ed|ing)\b|memoi[sz]/i,
    packages: ['keyv', 'dataloader', 'memcached', 'memjs', 'quick-lru', 'memoizee'],
    code: ['cache', 'memoiz', 'memois', 'etag', 'max-age', 's-maxage', 'stale-while-revalidate', '.setex('],
  },
  {
    name: 'tests',
    says: /\b(?:unit |integration |automated |end-to-end |e2e )?tests?\b|\btesting\b|test (?:suite|coverage)/i,
    paths: [
      /[._-](?:test|spec|e2e)\.[cm]?[jt]sx?$/i,
      /(?:^|\/)(?:__tests__|tests?|specs?|e2e|cypress)\/.+\.[cm]?[jt]sx?$/i,
    ],
  },
  {
    name: 'continuous integration',
    says: /\bCI\b|\bCI\/CD\b|continuous integration|\bpipelines?\b|\bworkflows?\b/i,
    paths: [
      /(?:^|\/)\.(?:github\/workflows|circleci|buildkite|woodpecker)\/.+/,
      /(?:^|\/)(?:\.gitlab-ci|\.travis|\.drone|\.cirrus|azure-pipelines|bitbucket-pipelines|cloudbuild|buildspec|appveyor)[\w.-]*\.ya?ml$/,
      /(?:^|\/)Jenkinsfile/,
    ],
  },
  {
    name: 'pagination',
    says: /paginat|page size|\bpaging\b/i,
    code: ['paginat', 'pagesize', 'perpage', 'per_page', '.limit(', '.take(', '.skip(', 'nextcursor', 'findandcount'],
    words: ['query.page', 'query.limit', 'query.offset', 'query.cursor', 'limit ?', 'limit $', 'offset ?', 'offset $'],
  },
  {
    name: 'transactions',
    says: /\btransactions?\b|\btransactional\b|\batomic/i,
    code: ['starttransaction', 'begintransaction', '.transaction(', '$transaction', 'withtransaction', 'transactional'],
    words: ['queryrunner', "'begin'", '"begin"', 'begin;', 'begin transaction', '.multi('],
  },
  {
    name: 'indexes',
    says: /\bind(?:ex|exes|ices)\b/i,
    code: [
      '@index',
      '@@index',
      '@@unique',
      'createindex',
      'create index',
      'create unique index',
      'addindex',
      'ensureindex',
    ],
    words: ['index: true', 'index(', 'indexes', 'unique', 'uniqueindex'],
    inConfiguration: true,
  },
  {
    name: 'structured logging',
    says: /structured log|log(?:ging|ger) (?:library|framework)|\blogger\b/i,
    packages: [
      'pino',
      'winston',
      'bunyan',
      'log4js',
      'tslog',
      'consola',
      'roarr',
      'loglevel',
      'nestjs-pino',
      'pino-http',
    ],
    code: ['logger', 'pino', 'winston', 'bunyan'],
  },
  {
    name: 'logging',
    says: /(?<!structured )\blogging\b|(?<!structured )\blogs?\b/i,
    packages: ['pino', 'winston', 'bunyan', 'log4js', 'morgan', 'debug', 'loglevel', 'signale'],
    code: ['logger', 'console.', '.log.', 'morgan'],
  },
  {
    name: 'health check',
    says: /health[- ]?(?:check|endpoint|probe|z\b)?|\breadiness\b|\bliveness\b/i,
    packages: ['@godaddy/terminus', '@nestjs/terminus', 'lightship'],
    code: ['health', 'readyz', 'livez', 'readiness', 'liveness', "'/ping", "'/status", "'/ready"],
    inConfiguration: true,
  },
  {
    name: 'compression',
    says: /\bcompress|\bgzip|\bbrotli/i,
    code: ['compress', 'gzip', 'brotli'],
    inConfiguration: true,
  },
  {
    name: 'retries',
    says: /\bretr(?:y|ies|ying)\b|\bback-?off\b/i,
    packages: ['cockatiel', 'exponential-backoff'],
    code: ['retry', 'retries', 'backoff', 'maxattempts'],
  },
  {
    name: 'circuit breaker',
    says: /circuit[- ]?break/i,
    packages: ['opossum', 'cockatiel', 'brakes', 'mollitia'],
    code: ['circuitbreaker', 'circuit-breaker', 'circuit_breaker', 'circuit breaker'],
    inConfiguration: true,
  },
  { name: 'idempotency', says: /idempoten/i, code: ['idempoten', 'on conflict', 'dedupe', 'upsert'] },
  {
    name: 'CORS policy',
    says: /\bCORS\b|cross-origin/i,
    packages: ['cors', '@koa/cors', 'hono/cors'],
    code: ['enablecors', 'access-control-allow'],
    words: ['cors'],
    inConfiguration: true,
  },
  {
    name: 'CSRF protection',
    says: /\b[CX]SRF\b|cross-site request/i,
    code: ['csrf', 'xsrf', 'csurf', 'samesite', 'lusca'],
  },
  {
    name: 'lock file',
    says: /lock[- ]?file|package-lock|yarn\.lock|pnpm-lock/i,
    paths: [/(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock)$/],
  },
  {
    name: 'metrics',
    says: /\bmetrics?\b|\bmonitoring\b|\bobservability\b|\bprometheus\b/i,
    packages: ['prom-client', 'hot-shots', 'appmetrics', 'newrelic', 'dd-trace'],
    code: [
      'prom-client',
      'opentelemetry',
      'statsd',
      'datadog',
      'metrics',
      'histogram',
      'sentry',
      'newrelic',
      'dd-trace',
    ],
    inConfiguration: true,
  },
  {
    name: 'tracing',
    says: /\btracing\b|\btraces?\b/i,
    packages: ['dd-trace', 'newrelic', 'elastic-apm-node', 'jaeger-client'],
    code: ['opentelemetry', 'traceid', 'trace_id', 'traceparent', 'zipkin', 'jaeger', 'dd-trace', 'newrelic', 'sentry'],
  },
  {
    name: 'request ids',
    says: /(?:request|correlation)[- ]?ids?\b/i,
    code: [
      'requestid',
      'request-id',
      'request_id',
      'correlation',
      'reqid',
      'asynclocalstorage',
      'cls-hooked',
      'nestjs-cls',
    ],
  },
  {
    name: 'body size limit',
    says: /(?:body|payload|request|upload|file)(?:[- ]size)? limit|size limit/i,
    code: ['bodylimit', 'filesize', 'maxfilesize', 'client_max_body_size', 'maxbodysize', 'max_body_size'],
    words: ['limit', 'limits'],
    inConfiguration: true,
  },
  {
    name: 'API documentation',
    says: /\bopenapi\b|\bswagger\b|API (?:documentation|specification|description|docs)/i,
    code: ['openapi', 'swagger', 'apidoc'],
    paths: [/(?:^|\/)(?:openapi|swagger)[^/]*\.(?:ya?ml|json)$/i],
    inConfiguration: true,
  },
  {
    name: 'API versioning',
    says: /(?:api|route|endpoint) version|\bversioning\b/i,
    code: ["'/v1", '"/v1', '`/v1', '/api/v', 'enableversioning', 'accept-version', 'api-version', 'apiversion'],
  },
  {
    name: 'linter',
    says: /\blint(?:er|ing)?\b|\beslint\b/i,
    paths: [/(?:^|\/)(?:\.?eslint(?:rc)?[\w.]*|\.?oxlintrc[\w.]*|biome\.jsonc?|tslint\.json|deno\.jsonc?)$/],
    manifest: ['eslint', '@biomejs/biome', 'oxlint', 'tslint', 'xo', 'standard'],
  },
  {
    name: 'container image',
    says: /\bdockerfile\b|\bcontainer image\b|containeri[sz]/i,
    paths: [/(?:^|\/)(?:[\w.-]*\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$/i],
  },
  {
    name: 'migrations',
    says: /\bmigrations?\b/i,
    packages: ['umzug', 'node-pg-migrate', 'db-migrate', 'migrate-mongo'],
    code: ['migrat'],
    paths: [/(?:^|\/)migrations?\//i],
  },
  {
    name: 'connection pool',
    says: /connection pool|\bpool(?:ing)?\b/i,
    packages: ['pg-promise', 'knex', 'mongodb', 'mongoose', 'sequelize', 'typeorm', '@prisma/client', 'drizzle-orm'],
    code: ['pool', 'connectionlimit', 'connection_limit', 'prismaclient', 'datasource'],
  },
  {
    name: 'background queue',
    says: /(?:job|message|task|background|work) queues?|\bqueues?\b|background (?:jobs?|workers?)/i,
    packages: ['amqplib', 'kafkajs', 'agenda', 'pg-boss', 'graphile-worker', 'bee-queue'],
    code: ['queue', 'bullmq', '@nestjs/bull', 'pgboss', 'sqs', 'rabbitmq', 'kafka', 'pubsub'],
  },
]
