// Evidence in a live installation: a merchant sends a document and proves its bank; the
// operator sees both waiting, decides, and sends the deposits.
import assert from 'node:assert/strict'
import { complete, password, platform, signIn, user } from '../steps.mjs'

export const live = true

// A picture of one pixel, as a scan of a passport.
const scan = { name: 'passport.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') }

export async function run({ service, browse, look, script }) {
  const harbor = await platform(service, 'Harbor Market')
  const made = await service.call('POST', '/v3/customers', { ...harbor, body: complete('Amber Bakery', 'Vera') })
  const { id } = made.customer ?? made
  await user(service, harbor, id, 'mara')

  // The operator's first user comes by a link of the command, as always in live mode.
  const ada = await browse()
  const path = service.setupPath()
  await ada.open(path)
  if (!script) await ada.fill('One-time token', path.split('#')[1])
  await ada.fill('Name of the operator', 'Northwind Payments')
  await ada.fill('E-mail of the operator', 'operations@example.com')
  await ada.fill('Your user name', 'ada')
  await ada.fill('Password', password)
  await ada.fill('Password once more', password)
  await ada.press('Set up and sign in')

  const mara = await browse()
  await signIn(mara, 'mara')
  await mara.follow('Documents')
  await mara.follow('Add a document')
  await look(mara, 'document-new')
  await mara.choose('Kind', 'Passport')
  await mara.attach('File', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing of a passport') })
  await mara.press('Send')
  await mara.see('There is a problem')
  await look(mara, 'document-refused')
  await mara.attach('File', scan)
  await mara.press('Send')
  await mara.see('The document was added')
  await mara.see('To decide')
  assert.equal(await mara.page.getByRole('link', { name: 'Decide…' }).count(), 0, 'a merchant decides nothing')
  await mara.follow('Banks')
  await mara.follow('Add a bank')
  await mara.fill('Name on the account', 'Amber Bakery LLC')
  await mara.fill('Routing number', '110000000')
  await mara.fill('Account number', '000123456789')
  await mara.press('Add the bank')
  await mara.see('The bank was added')
  if (await mara.page.getByRole('button', { name: 'Start deposits', exact: true }).count()) await mara.press('Start deposits')
  await mara.see('not sent yet')
  await look(mara, 'banks-waiting')

  // The operator sees what waits, reads the file with a reason, and decides.
  await ada.open('/console')
  await ada.see('Documents to decide')
  await ada.see('Bank ending in 6789')
  await look(ada, 'home-live')
  await ada.open(`/console/customers/${id}/documents`)
  await ada.follow('Open file…')
  const reason = ada.page.getByLabel('Reason', { exact: true })
  await reason.waitFor()
  await look(ada, 'document-read')
  const saved = ada.page.waitForEvent('download')
  await ada.confirm('Save the file')
  assert.match((await saved).suggestedFilename(), /^document-.+\.png$/, 'a name of ours, not of a stranger')
  await ada.open(`/console/customers/${id}/documents`)
  await ada.follow('Decide…')
  await ada.page.getByText('Decide: Passport of Amber Bakery').waitFor()
  await look(ada, 'document-decide')
  await ada.open(`/console/customers/${id}/documents`)
  await ada.follow('Decide…')
  await ada.page.getByText('Decide: Passport of Amber Bakery').waitFor()
  await ada.tick('Accept it')
  await ada.confirm('Decide')
  await ada.see('The document was accepted')
  await look(ada, 'documents')

  await ada.open(`/console/customers/${id}/banks`)
  await ada.follow('Amounts')
  const cents = ada.page.locator('.reach b')
  await cents.first().waitFor()
  const amounts = await cents.allInnerTexts()
  assert.equal(amounts.length, 2)
  await look(ada, 'deposits-amounts')
  await ada.open(`/console/customers/${id}/banks`)
  await look(ada, 'banks-to-send')
  await ada.press('Mark as sent')
  await ada.see('were sent')
  await ada.open('/console')
  await ada.seeNot('Bank ending in 6789')

  // The merchant confirms: wrongly, and then rightly.
  await mara.open(`/console/customers/${id}/banks`)
  await mara.see('sent')
  await mara.follow('Confirm…')
  await mara.fill('First', '0')
  await mara.fill('Second', '0')
  await mara.confirm('Confirm')
  await mara.see('There is a problem')
  await look(mara, 'deposits-wrong')
  await mara.fill('First', amounts[0])
  await mara.fill('Second', amounts[1])
  await mara.confirm('Confirm')
  await mara.see('is proven')
  const banks = JSON.stringify(await service.call('GET', `/v3/customers/${id}/banks`, harbor))
  assert.match(banks, /"verified":true/)
}
