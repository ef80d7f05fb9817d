// A merchant's own view: what it needs, its bank, documents, people, keys and webhooks; and
// nothing of who is above it.
import assert from 'node:assert/strict'
import { operator } from '../service.mjs'
import { complete, password, platform, signIn, user } from '../steps.mjs'

export const prepared = true

export async function run({ service, browse, look }) {
  const above = await platform(service, 'Harbor Market')
  await user(service, above, above.id, 'petra@harbor.example')
  const rival = await service.call('POST', '/v3/customers', { ...above, body: complete('Cedar Cycles', 'Vera') })
  const made = await service.call('POST', '/v3/customers', { ...above, body: { name: 'Blue Door Books', email: 'books@example.com', planKey: 'merchant' } })
  const { id } = made.customer ?? made
  await user(service, above, id, 'mara')

  const mara = await browse()
  // Nothing that the browser gets may name who is above: not a page, not a part, not a script.
  const secret = [service.operator.id, above.id, operator.name, operator.email, 'Harbor Market', 'harbor-market@example.com', 'petra@harbor.example', (rival.customer ?? rival).id, 'Cedar Cycles']
  const named = []
  let pages = 0
  mara.page.on('response', async (answer) => {
    const moved = answer.status() >= 300 && answer.status() < 400
    const text = moved ? answer.headers().location ?? '' : await answer.text().catch(() => '')
    pages += text.includes('<html')
    // A page of an address that was typed may repeat it.
    for (const one of secret) if (text.includes(one) && !answer.url().includes(one)) named.push(`${answer.url()} names ${one}`)
  })

  await signIn(mara, 'mara')
  await mara.see('Requirements')
  await look(mara, 'merchant-overview')
  for (const name of ['Customers', 'Reviews', 'System']) assert.equal(await mara.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name, exact: true }).count(), 0, `there is no ${name}`)

  // What is needed leads to where it is given.
  await mara.open(`/console/customers/${id}/edit`)
  await look(mara, 'merchant-edit')
  await mara.choose('Business / Kind', 'Limited liability company')
  await mara.fill('Business / Legal name', 'Blue Door Books LLC')
  await mara.fill('Business / Tax number (EIN)', '12-3456789')
  await mara.press('Save')
  await mara.see('Blue Door Books')

  // A bank, and the deposits that prove it.
  await mara.follow('Banks')
  await look(mara, 'merchant-banks-none')
  await mara.follow('Add a bank')
  await mara.fill('Name on the account', 'Blue Door Books LLC')
  await mara.fill('Routing number', '110000000')
  await mara.fill('Account number', '000123456789')
  await mara.press('Add the bank')
  await mara.see('The bank was added')
  if (await mara.page.getByRole('button', { name: 'Start deposits', exact: true }).count()) await mara.press('Start deposits')
  await mara.follow('Confirm…')
  await mara.fill('First', '32')
  await mara.fill('Second', '45')
  await mara.confirm('Confirm')
  await mara.see('is proven')
  await look(mara, 'merchant-banks')

  await mara.follow('Documents')
  await look(mara, 'merchant-documents')
  await mara.follow('Users')
  await mara.see('mara')
  await look(mara, 'merchant-users')
  await mara.follow('Invite a user')
  await mara.fill('User name', 'karl@books.example')
  await mara.press('Make the link')
  await mara.follow('I sent it, go on')
  await mara.follow('Keys')
  await look(mara, 'merchant-keys')
  await mara.follow('Webhooks')
  await look(mara, 'merchant-webhooks')
  await mara.follow('Events')
  await mara.see('customer.created')
  await look(mara, 'merchant-events')
  await mara.follow('customer.created')
  await mara.see('customer.created')
  await mara.follow('Settings')
  await look(mara, 'merchant-settings')
  for (const tab of ['Overview', 'Profile', 'Legal entity', 'Cards', 'Identity', 'Onboarding']) await mara.follow(tab)
  await mara.open(`/console/customers/${id}/unmask`)
  await mara.open('/console/search?q=harbor')
  await mara.open('/console/me')
  await look(mara, 'merchant-me')

  // What is above, and beside, is not there.
  for (const path of [`/console/customers/${above.id}`, `/console/customers/${service.operator.id}`, `/console/customers/${(rival.customer ?? rival).id}`]) {
    const answer = await mara.page.goto(service.base + path)
    assert.equal(answer.status(), 404, `${path} is not there`)
  }
  const system = await mara.page.goto(`${service.base}/console/system`)
  assert.equal(system.status(), 404)
  await look(mara, 'nothing-here')
  assert.deepEqual(named, [], 'nothing above is named')
  assert.ok(pages > 20, `${pages} pages were read`)
}
