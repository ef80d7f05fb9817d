// The reference at /docs: a person finds an operation, an error and a guide, without a script
// that any page would run.
import assert from 'node:assert/strict'

// The manual of the console shows pages of the console.
export const unlisted = true

export async function run({ service, browse, look }) {
  const person = await browse()
  await person.open('/docs')
  await person.see('Four APIs over the same records')
  await look(person, 'docs')

  await person.open('/docs/api/customers')
  await look(person, 'docs-resource')
  await person.open('/docs/api/customers/createCustomer')
  await person.see('Create a customer below the subject')
  assert.ok((await person.text('.sample pre')).includes(`${service.url}/v3/customers`), 'the sample names another host')
  await look(person, 'docs-operation')
  await person.page.locator('details.nested').first().locator('summary').first().click()
  assert.ok(await person.page.locator('details.nested[open]').count() > 0, 'nested members do not unfold')

  await person.open('/docs/objects/Customer')
  await look(person, 'docs-object')
  await person.open('/docs/objects')
  await look(person, 'docs-objects')
  await person.open('/docs/errors')
  await look(person, 'docs-errors')
  await person.open('/docs/events')
  await look(person, 'docs-events')
  await person.open('/docs/guides/webhooks')
  await look(person, 'docs-guide')
  await person.open('/docs/guides/dwolla')
  await look(person, 'docs-dialect')

  // What an error answer names is a page about it.
  const refused = await (await fetch(`${service.url}/v3/whoami`)).json()
  await person.page.goto(new URL(refused.error.details.moreInfo, service.url).href)
  await person.see('invalidCredentials')
  await look(person, 'docs-error')

  await person.page.getByRole('searchbox').fill('micro deposit')
  await person.page.getByRole('searchbox').press('Enter')
  await person.see('Results for')
  await look(person, 'docs-search')
  assert.equal(await person.page.locator('script').count(), 0)
}
