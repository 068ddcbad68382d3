import type { Words } from '../../rule.ts'

export const unreachable: Words = {
  title: 'A route is never reached',
  why: 'The first route that fits answers: `/orders/:id` takes `latest` for an id.',
  fix: {
    say: 'Write fixed paths before those with parameters.',
    code: {
      Express: "router.get('/orders/latest', latestOrder)\nrouter.get('/orders/:id', oneOrder)",
      NestJS: "@Get('latest')\nlatest() {}\n\n@Get(':id')\none(@Param('id') id: string) {}",
    },
  },
}

export const unknown: Words = {
  title: 'A parameter is read that the path does not have',
  why: 'Parameters have the names of the path: any other is undefined in every request, and what hangs on it never happens.',
  fix: {
    say: 'Read it by the name in the path, from the query or the body it comes in, or add it to the path.',
    code: { Express: "router.get('/orders/:id', (req, res) => showOrder(req.params.id, req.query.view, res))" },
  },
}

export const unnamed: Words = {
  title: 'A decorator gives an object in place of a value',
  why: 'Without a name it gives all parameters as one object, whatever the type beside it says.',
  fix: { say: 'Name the parameter.', code: { any: "@Get(':id')\none(@Param('id') id: string) {}" } },
}

export const bare: Words = {
  title: 'A parameter is never given a value',
  why: 'NestJS fills the parameters of a handler by their decorators: one without is undefined in every request.',
  fix: {
    say: 'Say by a decorator where it comes from.',
    code: { any: "@Get()\nlist(@Query('page') page: string) {}" },
  },
}

export const returned: Words = {
  title: 'An error is returned, not thrown',
  why: 'What a handler returns is its answer: an error that is returned goes out with the status of success.',
  fix: {
    say: 'Throw it.',
    code: { any: "if (!order) throw new NotFoundException('There is no such order')" },
  },
}
