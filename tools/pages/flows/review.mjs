// The review desk: the queue, a document, decisions with a reason, the next one.
import assert from 'node:assert/strict'
import { complete, firstPlatform, setUp } from '../steps.mjs'

export async function run({ service, browse, look, script }) {
  const person = await browse()
  await setUp(person, service, script)
  const platform = await firstPlatform(person)
  const as = { key: platform.key, customer: platform.id }
  const first = await service.call('POST', '/v3/customers', { ...as, body: complete('Amber Bakery', 'Review') })
  const second = await service.call('POST', '/v3/customers', { ...as, body: complete('Cedar Cycles', 'Review') })
  assert.deepEqual([first, second].map((made) => made.customer?.identity?.status ?? made.identity?.status), ['review', 'review'])

  await person.open('/console')
  await person.see('Amber Bakery')
  await look(person, 'home-waiting')
  await person.open('/console/reviews')
  await look(person, 'reviews')
  await person.follow('Start with the first')
  await person.see('Amber Bakery')
  await look(person, 'review')
  await person.follow('Verify…')
  await person.fill('Reason', 'Registration and owner were looked up.')
  await person.confirm('Verify')
  await person.see('Cedar Cycles')
  await person.follow('Reject…')
  await person.fill('Reason', 'The owner is not who was named.')
  await person.confirm('Reject')
  await person.see('The desk is clear')
  const judged = await service.call('GET', `/v3/customers/${(second.customer ?? second).id}`, as)
  assert.equal(judged.identity.status, 'rejected')
}
