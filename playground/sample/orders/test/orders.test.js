const request = require('supertest');
const app = require('../src/app');
const { sequelize } = require('../src/models');

const password = 'only-for-tests';

beforeEach(async () => {
  await sequelize.query('TRUNCATE users, order_items, orders, customers RESTART IDENTITY CASCADE');
});

afterAll(() => sequelize.close());

async function logIn(email) {
  await request(app).post('/auth/register').send({ name: 'Test', email, password }).expect(201);
  const res = await request(app).post('/auth/login').send({ email, password }).expect(200);
  return res.body.token;
}

test('a customer places an order and reads it back', async () => {
  const token = await logIn('one@example.com');

  const placed = await request(app)
    .post('/orders')
    .set('Authorization', `Bearer ${token}`)
    .send({ items: [{ sku: 'MUG-RED', quantity: 3 }] })
    .expect(201);
  expect(placed.body.totalCents).toBe(3870);

  const read = await request(app)
    .get(`/orders/${placed.body.id}`)
    .set('Authorization', `Bearer ${token}`)
    .expect(200);
  expect(read.body.items).toHaveLength(1);
});

test('an order without items is refused', async () => {
  const token = await logIn('two@example.com');
  await request(app).post('/orders').set('Authorization', `Bearer ${token}`).send({ items: [] }).expect(400);
});

test('nobody sees orders without a login', async () => {
  await request(app).get('/orders').expect(401);
});
