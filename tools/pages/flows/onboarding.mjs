// A merchant follows an onboarding link to the end, in English by one way and in Spanish by
// the language of the link, and the link is dead afterwards.
import assert from 'node:assert/strict'
import { firstPlatform, setUp } from '../steps.mjs'

// given is what the merchant answers, by the label that asks.
const given = {
  'Kind of business': 'A limited liability company (LLC)',
  'Legal name': 'Blue Door Books LLC',
  'Tax number of the business': '12-3456789', 'Tax number (EIN in the USA)': '12-3456789',
  'First name': 'Vera', 'Last name': 'Lane', 'E-mail address': 'vera@example.com', 'Telephone number': '+1 217 555 0100', 'Date of birth': '1980-05-17',
  'Personal tax number (SSN in the USA)': '123-45-6780', 'Share of the business': '100',
  Country: 'United States', 'Street and number': '1 Main Street', City: 'Springfield', 'State or region': 'IL', 'Postal code': '62701',
  'Sales in a year': '120000', 'Years in business': '4', 'Name your customers know': 'Blue Door Books', 'Web site': 'https://books.example.com', 'What you sell': 'Second-hand books.',
  'Country of the bank': 'United States', 'Name on the account': 'Blue Door Books LLC', 'Whose account is it?': 'The business', 'Kind of account': 'Checking account',
  'Routing number': '110000000', 'Account number': '000123456789',
  'First deposit': '32', 'Second deposit': '45',
}

// answer fills the form of a step in by what its labels ask.
async function answer(person) {
  const form = person.page.locator('main form')
  for (const legend of await form.locator('fieldset legend').allInnerTexts()) {
    const choice = given[legend.trim()]
    assert.ok(choice, `the flow has an answer to “${legend}”`)
    await person.tick(choice)
  }
  const labels = await form.locator('.field > label').evaluateAll((all) => all.map((l) => [l.firstChild.textContent.trim(), document.getElementById(l.htmlFor)?.tagName, !!l.querySelector('.optional'), document.getElementById(l.htmlFor)?.type]))
  for (const [label, tag, optional, type] of labels) {
    if (type === 'checkbox') { await person.tick(label); continue }
    if (!given[label]) { assert.ok(optional, `the flow has an answer to “${label}”`); continue }
    if (tag === 'SELECT') await person.choose(label, given[label])
    else await person.fill(label, given[label])
  }
}

export async function run({ service, browse, look, script }) {
  const operator = await browse()
  await setUp(operator, service, script)
  const platform = await firstPlatform(operator)
  const as = { key: platform.key, customer: platform.id }
  const made = await service.call('POST', '/v3/customers', { ...as, body: { name: 'Blue Door Books', email: 'books@example.com', planKey: 'merchant' } })
  const id = (made.customer ?? made).id
  const mint = (body) => service.call('POST', `/v3/customers/${id}/onboarding-links`, { ...as, body: { returnUrl: `${service.url}/done`, refreshUrl: `${service.url}/again`, ...body } })
  const link = new URL((await mint({})).url)

  const person = await browse()
  await person.open(link.pathname)
  await look(person, 'onboarding-welcome')
  await person.press('Start')
  await person.see('What is needed')
  await look(person, 'onboarding-checklist')
  await person.follow('Start with the first step')

  // A step that is refused keeps what was typed, and says what is wrong beside the field.
  const seen = new Set()
  for (let i = 0; i < 40; i++) {
    const at = new URL(person.page.url()).pathname.split('/').pop()
    if (!(await person.page.locator('main form button.ob-go').count())) break
    if ((await person.page.locator('main form').getAttribute('action')).endsWith('/finish')) break
    if (!seen.has(at)) {
      seen.add(at)
      if (at === 'place' || at === 'business' || at === 'bank' || at === 'owners' || at === 'person' || at === 'deposits') await look(person, `onboarding-${at}`)
      if (at === 'person') {
        await answer(person)
        await person.fill('Date of birth', '2020-01-01')
        await person.press('Save and continue')
        await person.see('There is a problem')
        assert.equal(await person.field('Last name').inputValue(), 'Lane', 'what was typed is kept')
        await look(person, 'onboarding-refused')
      }
    }
    await answer(person)
    await person.press('Save and continue')
    if (await person.page.getByText('Everything is in').count()) break
  }
  await look(person, 'onboarding-done')
  assert.ok(!(await person.page.content()).includes('3456789'), 'a tax number is not shown again')

  // Nobody else can open the link, and it ends.
  const thief = await browse()
  await thief.open(link.pathname)
  await thief.see('This link was opened already')
  await look(thief, 'onboarding-opened')
  await person.press('Finish')
  await person.see('Thank you, that is all')
  await person.open(link.pathname)
  await person.seeNot('What is needed')

  const status = await service.call('GET', `/v3/customers/${id}/plan-status`, as)
  const due = (status.requirements ?? []).filter((r) => r.state === 'due')
  assert.deepEqual(due.map((r) => r.code), [], 'nothing is due any more')

  // In the other language, on a phone.
  const other = await service.call('POST', '/v3/customers', { ...as, body: { name: 'Libros Azules', email: 'libros@example.com', planKey: 'merchant' } })
  const spanish = await service.call('POST', `/v3/customers/${(other.customer ?? other).id}/onboarding-links`, { ...as, body: { returnUrl: `${service.url}/done`, refreshUrl: `${service.url}/again`, locale: 'es' } })
  const phone = await browse({ viewport: { width: 390, height: 844 }, hasTouch: true })
  await phone.open(new URL(spanish.url).pathname)
  await phone.press('Empezar')
  await look(phone, 'onboarding-spanish')
}
