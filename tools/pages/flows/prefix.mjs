// Everything works below a path of a host that others share: a proxy takes it off, and
// public_url names it.
import assert from 'node:assert/strict'
import { answer, password, platform, setUp } from '../steps.mjs'

export const prepared = true
export const below = '/below'

export async function run({ service, browse, look, script }) {
  const strays = []
  let assets = 0
  const come = async () => {
    const person = await browse()
    person.page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (!`${pathname}/`.startsWith('/below/')) strays.push(request.url())
      assets += pathname.startsWith('/below/console/assets/')
    })
    return person
  }
  await setUp(await come(), service, script)
  const harbor = await platform(service, 'Harbor Market')

  // Signing in leads back to what was asked for.
  const other = await come()
  await other.open(`/console/customers/${harbor.id}`)
  assert.equal(new URL(other.page.url()).pathname, '/below/console/sign-in')
  await other.fill('User name', 'ada')
  await other.fill('Password', password)
  await other.press('Sign in')
  await other.see('Harbor Market')
  assert.equal(new URL(other.page.url()).pathname, `/below/console/customers/${harbor.id}`)
  await look(other, 'below-customer')
  await other.unfold('Show as curl')
  await other.see(`${service.url}/below/v3/customers/${harbor.id}`)

  // A form that is refused and one that is taken.
  await other.follow('New customer')
  await other.fill('Basics / Name', 'Blue Door Books')
  await other.fill('Basics / E-mail', 'books@example.com')
  await other.choose('Basics / Plan', 'Merchant')
  await other.fill('Business / Tax number (EIN)', '12')
  await other.press('Create the customer')
  await other.see('There is a problem')
  await other.fill('Business / Tax number (EIN)', '12-3456789')
  await other.press('Create the customer')
  await other.see('Blue Door Books was created')
  const id = await other.text('#customer-id')
  await other.follow('I saved them, go on')
  await other.unfold('More actions')
  await other.follow('Disable…')
  await other.confirm('Disable')
  await other.see('Disabled')
  await other.open(`/console/customers/${id}/status?to=active`)
  await other.press('Activate')

  // An onboarding link as the API makes it, opened as it stands there.
  const link = await service.call('POST', `/v3/customers/${id}/onboarding-links`, { ...harbor, body: {} })
  assert.ok(link.url.startsWith(`${service.url}/below/onboarding/`), link.url)
  const merchant = await come()
  await merchant.open(link.url)
  await merchant.press('Start')
  await merchant.see('What is needed')
  await merchant.follow('Start with the first step')
  await answer(merchant)
  await merchant.press('Save and continue')
  await look(merchant, 'below-onboarding')
  assert.deepEqual(strays, [], 'nothing is asked for beside the path')
  assert.ok(assets > 0, 'the assets are below the path too')
}
