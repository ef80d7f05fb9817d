// The review desk: the queue, what a provider found with its codes explained, evidence beside
// it, decisions with a reason, the next one by keyboard.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { complete, firstPlatform, setUp } from '../steps.mjs'

// verdict is what a provider answers who is not sure.
const verdict = {
  status: 'review', reason: 'the owner matches only in part',
  messages: {
    R201: 'The date of birth belongs to another person at this address.', R305: 'The address is a mail drop.',
    I121: 'The e-mail address is younger than a month.', W900: 'A name like this one is on a list of sanctions.', A77: 'Two other platforms reported this bank.', P10: 'The web site has been there for years.',
  },
  report: {
    decision: 'review',
    kyc: { decision: 'review', codes: ['R201'], validations: { firstName: true, lastName: true, dateOfBirth: false, personalTaxId: true } },
    breakdown: {
      address: { decision: 'review', correlation: 'low_confidence', riskScore: 0.62, codes: ['R305'] },
      email: { decision: 'accept', correlation: 'high_confidence', riskScore: 0.21, codes: ['I121'] },
      businessIdentification: { decision: 'accept', correlation: 'high_confidence' },
    },
    watchList: { decision: 'review', matches: [{ correlation: 'potential_match', listName: 'OFAC SDN', matchFields: ['firstName', 'lastName'], urls: [] }], codes: ['W900'] },
    networkAlerts: { decision: 'reject', alerts: ['Reported for unpaid returns'], codes: ['A77'] },
    reputation: { decision: 'accept', riskScore: 0.08, codes: ['P10'], insights: { counts: { accounts_active_count: 2 }, amounts: { ach_returned_transactions_dollar_volume_total: 120.5 } } },
  },
}

// prepare serves as the provider of reviews: whoever is called Amber it does not know for
// sure, of others it says nothing but that a person must look.
export async function prepare() {
  const server = createServer(async (asked, answer) => {
    let body = ''
    for await (const part of asked) body += part
    answer.setHeader('Content-Type', 'application/json')
    answer.end(JSON.stringify(body.includes('Amber') ? verdict : { status: 'review', reason: 'nothing is known of them' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    settings: {
      TENANTRY_IDENTITY_PROVIDER: 'http', TENANTRY_IDENTITY_HTTP_URL: `http://127.0.0.1:${server.address().port}/judge`,
      TENANTRY_IDENTITY_HTTP_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, no!').toString('base64')}`,
    },
    close: () => { server.closeAllConnections(); server.close() },
  }
}

export async function run({ service, browse, look, way, script }) {
  const person = await browse()
  await setUp(person, service, script)
  const platform = await firstPlatform(person)
  const as = { key: platform.key, customer: platform.id }
  const first = await service.call('POST', '/v3/customers', { ...as, body: complete('Amber Bakery', 'Vera') })
  const second = await service.call('POST', '/v3/customers', { ...as, body: complete('Cedar Cycles', 'Vera') })
  const ids = [first, second].map((made) => (made.customer ?? made).id)
  for (const id of ids) {
    for (let i = 0; i < 100; i++) { // the provider is asked behind the request
      if ((await service.call('GET', `/v3/customers/${id}`, as)).identity?.status === 'review') break
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  await person.open('/console')
  await person.see('Amber Bakery')
  await look(person, 'home-waiting')
  await person.open('/console/reviews')
  await look(person, 'reviews')
  await person.follow('Start with the first')
  await person.see('Amber Bakery')
  for (const text of Object.values(verdict.messages)) await person.see(text)
  for (const text of ['date of birth differs', 'OFAC SDN, by first name, last name \\(potential match\\)', 'risk 0.62', '120.50 USD', 'Reported for unpaid returns']) await person.see(new RegExp(text, 'i'))
  await look(person, 'review')
  if (way === 'keyboard') {
    await person.page.keyboard.press('j')
    await person.page.getByRole('heading', { name: 'Cedar Cycles' }).waitFor()
    await person.page.keyboard.press('k')
    await person.page.getByRole('heading', { name: 'Amber Bakery' }).waitFor()
    await person.page.keyboard.press('v')
  } else await person.follow('Verify…')
  await person.fill('Reason', 'Registration and owner were looked up.')
  await person.confirm('Verify')
  await person.see('Cedar Cycles')
  await person.follow('Reject…')
  await person.fill('Reason', 'The owner is not who was named.')
  await person.confirm('Reject')
  await person.see('The desk is clear')
  await look(person, 'reviews-none')
  const judged = await service.call('GET', `/v3/customers/${ids[1]}`, as)
  assert.equal(judged.identity.status, 'rejected')
  await person.open(`/console/customers/${ids[0]}/identity`)
  await person.see('Registration and owner were looked up.')
  await look(person, 'identity-judged')
}
