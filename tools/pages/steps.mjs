// Steps that several flows begin with.

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
