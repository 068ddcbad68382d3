const lines = `
why aren't we storing purchases in Mongo? => Keep orders in PostgreSQL
what do we use to write queries from TypeScript? => Talk to the database through Kysely
when do schema changes get applied, before or after the new version is live? => Run migrations as a deployment step
the database says too many clients already, what was agreed about that? => Pool connections with PgBouncer
can I add a page number parameter to the orders list? => Page through lists by cursor
should a price be a float or an int? => Money is stored as integer cents
what kind of id should a new table have? => Identifiers are UUID version 7
can support bring back an account somebody removed? => Soft deletion only for customers
which zone do we save dates in? => All times are UTC in timestamptz
did we consider Elastic for finding items in the shop? => Search products with Postgres full text
how old may a price on the product page be? => Cache product pages in Valkey
how do we send mails without blocking the request? => Jobs run on BullMQ
how do we make sure that a saved order always emits its message? => Publish events through an outbox table
why not Rabbit for messages between services? => Kafka carries events between services
is there an orchestrator for checkout across services, like Temporal? => Sagas are choreographed by events
may a new service be written with Express? => The HTTP framework is Fastify
how do we check what comes in a POST body? => Requests are validated with TypeBox
what should a 400 look like? => Errors follow RFC 9457
how do we release a breaking change of the public interface? => Versions of the API live in the path
a customer was charged twice after a timeout on the phone, don't we protect against that? => Mutations accept an Idempotency-Key
somebody hammers the API, what limits them? => Rate limits are counted per token in Valkey
where do people log in? => Users sign in through Keycloak
how long is a stolen token good for? => Access tokens live fifteen minutes
can I keep the token in local storage? => Browser sessions are in HttpOnly cookies
how is one customer's data kept apart from another's? => Tenants share tables under row level security
where should the database password be kept? => Secrets come from Vault
which algorithm do we use for hashing passwords? => Passwords are hashed with argon2id
do we see credit card numbers at all? => Card data never touches our servers
how can a partner be sure that a webhook is really from us? => Webhooks are signed with HMAC
how should a big video be uploaded? => Uploads go straight to object storage
why did we drop puppeteer for invoices? => PDF invoices are made with Typst
which logger should I take? => Logs are JSON lines written by pino
how do I find out which service makes a request slow? => Traces with OpenTelemetry
when does the person on call get woken? => Alert on symptoms by error budget
pods restart when Postgres is briefly away, how should health checks behave? => Health has separate live and ready probes
requests get cut during a rollout, what should a service do on SIGTERM? => Shut down by draining
are we on Terraform? => Infrastructure is written in OpenTofu
how can we turn a feature off without deploying? => Features are released behind flags in Unleash
do our services live in one git repo? => One repository for all services
do we compile TypeScript before deploying? => Node runs TypeScript directly
should repository tests mock the database? => Integration tests use Testcontainers
how soon may we install a fresh npm release? => Only packages that are a week old are installed
what happens if a downstream service hangs? => Services call each other with timeouts and a breaker
two people bought the last article, how do we avoid that? => Inventory is reserved for fifteen minutes
two employees changed the same order at once, who wins? => Optimistic locking on orders
are we going to shard the database? => No sharding before 2028
can we restore the state of yesterday 14:32? => Back up with continuous archiving
a customer wants to be forgotten but events are immutable, how? => Personal data is erased by crypto-shredding
how do I get a nightly task to run only once with several replicas? => Cron jobs are scheduled by Kubernetes
importing a huge price file runs out of memory => Long imports are streamed
a CPU-heavy calculation blocks every other request, where does it go? => Heavy work leaves the event loop
how many reviewers does a change need? => Pull requests need one approval and green checks
could we run this endpoint as a Lambda? => No Lambda for request paths
which DI container do we use? => Dependency injection by hand
`

/** Questions in other words than the decision that answers them. */
export const questions: { question: string; answer: string }[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [question = '', answer = ''] = line.split(' => ')
    return { question, answer }
  })
