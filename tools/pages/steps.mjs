// Steps that several flows begin with.
import assert from 'node:assert/strict'

export const password = 'copper lantern orbit seven'

// setUp makes the operator and its first user by the link that serve printed.
export async function setUp(person, service, script) {
  const path = service.setupPath()
  await person.open(path)
  // Without script, the token behind the # is pasted by hand.
  if (!script) await person.fill('One-time token', path.split('#')[1])
  await person.fill('Name of the operator', 'Northwind Payments')
  await person.fill('E-mail of the operator', 'operations@example.com')
  await person.fill('Your user name', 'ada')
  await person.fill('Password', password)
  await person.fill('Password once more', password)
  await person.press('Set up and sign in')
  await person.see('Create the first platform')
}

// firstPlatform creates a platform on the page that follows, and returns its id and key.
export async function firstPlatform(person) {
  await person.fill('Name', 'Harbor Market')
  await person.fill('E-mail', 'hello@harbor.example')
  await person.press('Create it')
  await person.see('Harbor Market was created')
  return { id: await person.text('#customer-id'), key: await person.text('#secret-key') }
}

// signIn signs a user in.
export async function signIn(person, username, secret = password) {
  await person.open('/console')
  await person.fill('User name', username)
  await person.fill('Password', secret)
  await person.press('Sign in')
}

// complete is a merchant that lacks nothing of its profile; its owner's first name is a word
// that the sandbox judges by.
export function complete(name, firstName) {
  const address = { street1: '1 Main Street', city: 'Springfield', state: 'IL', postalCode: '62701', country: 'USA' }
  return {
    name, email: `${name.toLowerCase().replaceAll(' ', '-')}@example.com`, planKey: 'merchant', address,
    contact: { firstName, lastName: 'Lane', email: 'lane@example.com', phone: '+12175550100' },
    legalEntity: {
      entityType: 'LLC', businessName: `${name} LLC`, businessTaxId: '12-3456789', businessAddress: address, businessSalesVolume: '120000', yearsInBusiness: 4,
      personalContact: { firstName, lastName: 'Lane', email: 'lane@example.com', phone: '+12175550100', dateOfBirth: '1980-05-17' },
      personalAddress: address, personalTaxId: '123-45-6780', stakePercent: 100,
    },
  }
}

// platform makes a platform below the operator by the API, and returns it with a key.
export async function platform(service, name) {
  const made = await service.call('POST', '/v3/customers', { ...service.operator, body: { name, email: `${name.toLowerCase().replaceAll(' ', '-')}@example.com`, planKey: 'platform' } })
  const { id } = made.customer ?? made
  return { id, key: made.keys.secret }
}

// user makes somebody who signs in for a customer, by a caller above it.
export async function user(service, by, id, username, role = 'admin') {
  await service.call('POST', `/v3/customers/${id}/users`, { ...by, body: { username, password, role } })
}

// given is what a merchant answers, by the label that asks.
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
export async function answer(person) {
  const form = person.root().locator('main form')
  for (const legend of await form.locator('fieldset legend').allInnerTexts()) {
    const choice = given[legend.trim()]
    assert.ok(choice, `there is an answer to “${legend}”`)
    await person.tick(choice)
  }
  const labels = await form.locator('.field > label').evaluateAll((all) => all.map((l) => [l.firstChild.textContent.trim(), document.getElementById(l.htmlFor)?.tagName, !!l.querySelector('.optional'), document.getElementById(l.htmlFor)?.type]))
  for (const [label, tag, optional, type] of labels) {
    if (type === 'checkbox') { await person.tick(label); continue }
    if (!given[label]) { assert.ok(optional, `there is an answer to “${label}”`); continue }
    if (tag === 'SELECT') await person.choose(label, given[label])
    else await person.fill(label, given[label])
  }
}
