// A program that uses the package as it is packed: it must compile strictly.
import { Tenantry, TenantryError, verifyWebhook, versionOf, type Body, type Customer, type CustomerInput, type EventType, type Result, type Schemas } from '@tenantry/client'

// A type that is never would be taken everywhere.
type Known<T> = [T] extends [never] ? false : unknown extends T ? false : true
const known: [
  Known<Result<'get', '/v3/customers/{id}'>>, Known<Result<'post', '/v3/customers'>>, Known<Result<'post', '/v3/customers/{id}/activities'>>,
  Known<Result<'post', '/v3/customers/{id}/webhooks/{wid}/test'>>, Known<Body<'post', '/v3/customers/{id}/keys'>>, Known<Result<'get', '/v3/events'>>,
] = [true, true, true, true, true, true]

export async function use(client: Tenantry): Promise<string | undefined> {
  const input: CustomerInput = { name: 'Harbor Lane', email: 'books@harborlane.example', planKey: 'merchant' }
  const made = await client.customers.create(input, { idempotencyKey: 'k', dryRun: true })
  const secret: string | undefined = made.keys?.secret
  for await (const one of client.customers.list({ deep: true, planStatus: 'unverified' })) {
    const customer: Customer = one
    await client.customers.update(customer.id, { description: null }, { ifMatch: versionOf(customer) ?? '*' })
  }
  const count: number = (await client.customers.list().page()).count
  const key: Schemas['MintedKey'] = await client.keys.create(made.id, { scopes: ['read'], name: `${count} ${known.length}` })
  await client.events.list({ type: 'customer.created' satisfies EventType }).all({ limit: 10 })
  try { await client.as(made.id).banks.confirmDrops(made.id, 'b', ['32', '45']) } catch (e) {
    if (e instanceof TenantryError && e.code === 'validationError') return e.parameter
  }
  const event = await verifyWebhook({ body: '', headers: new Headers(), secret: 'whsec_' })
  return secret ?? key.id ?? event.type
}

export function wrong(client: Tenantry): void {
  // @ts-expect-error a misspelt member
  void client.customers.create({ nmae: 'x' })
  // @ts-expect-error a list has no such filter
  client.customers.list({ planSatus: 'verified' })
  // @ts-expect-error a read takes no key of a write
  void client.customers.get('c', { idempotencyKey: 'k' })
  // @ts-expect-error the micro-deposits cannot be tried
  void client.banks.confirmDrops('c', 'b', ['1', '2'], { dryRun: true })
  // @ts-expect-error an unmasked read needs its reason
  void client.customers.unmasked('c')
}
