import { expect, test } from 'vitest'
import { forgetWorkspace } from '../../src/access/forget-workspace.ts'
import { linkRepository, listLinkedRepositories } from '../../src/access/repository-links.ts'
import { keepNames } from '../../src/app/keep-names.ts'
import type { Store } from '../../src/db/open-store.ts'
import { repositoryNames } from '../../src/db/schema.ts'
import { openClient } from '../github/open-client.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'

const api = 'https://api.github.com'
const inC = (channelId: string) => ({ teamId: 'T1', channelId })

test('two repositories that swap their names keep each its own', async () => {
  const store = openTemporaryStore()
  await using client = await openClient(
    { repositories: [ordersRepository(), ordersRepository({ name: 'billing' })] },
    { names: keepNames(store, api, () => 1) },
  )
  const { github, standIn } = client
  await link(store, 'C1', 'acme/orders')
  await link(store, 'C2', 'acme/billing')
  for (const name of ['orders', 'billing']) await github.repository({ owner: 'acme', name })

  standIn.site.rename('acme/orders', { owner: 'acme', name: 'interim' })
  standIn.site.rename('acme/billing', { owner: 'acme', name: 'orders' })
  standIn.site.rename('acme/interim', { owner: 'acme', name: 'billing' })
  await github.repository({ owner: 'acme', name: 'orders' })
  expect(await listLinkedRepositories(store, inC('C1'))).toEqual(['acme/billing'])
  expect(await listLinkedRepositories(store, inC('C2'))).toEqual(['acme/orders'])
})

test('names of another GitHub are not mistaken for those of this one', async () => {
  const store = openTemporaryStore()
  await link(store, 'C1', 'acme/orders')
  await keepNames(store, api, () => 1).meet({ id: 7, fullName: 'acme/orders', askedFor: 'acme/orders' })
  const elsewhere = keepNames(store, 'https://ghe.example/api/v3', () => 1)
  await elsewhere.meet({ id: 7, fullName: 'acme/tools', askedFor: 'acme/tools' })
  expect(await listLinkedRepositories(store, inC('C1'))).toEqual(['acme/orders'])
})

test('a name that only an erased workspace kept goes with it', async () => {
  const store = openTemporaryStore()
  const names = keepNames(store, api, () => 1)
  for (const [index, name] of ['acme/orders', 'acme/billing'].entries()) {
    await linkRepository(store, { teamId: `T${index}`, channelId: 'C1' }, name, 'U1', 1)
    await names.meet({ id: index, fullName: name, askedFor: name })
  }
  await forgetWorkspace(store, 'T0')
  expect(await store.read.select().from(repositoryNames)).toMatchObject([{ name: 'acme/billing' }])
})

test('what was typed by a former name follows it, whatever the case', async () => {
  const store = openTemporaryStore()
  await link(store, 'C1', 'Acme/Orders')
  const names = keepNames(store, api, () => 1)
  await names.meet({ id: 7, fullName: 'Acme/Purchases', askedFor: 'ACME/orders' })
  expect(await listLinkedRepositories(store, inC('C1'))).toEqual(['acme/purchases'])
})

function link(store: Store, channelId: string, repository: string): Promise<void> {
  return linkRepository(store, inC(channelId), repository, 'U1', 1)
}
