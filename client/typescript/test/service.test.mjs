// What a platform does, against the binary.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { Tenantry, TenantryError, verifyWebhook, versionOf } from '../dist/index.js'
import { serve } from './service.mjs'

async function platformOf(context) {
  const { url, client, operator } = await serve(context, { TENANTRY_LIMITS_RATE_PER_MINUTE: '0', TENANTRY_LIMITS_TENANT_RATE_PER_MINUTE: '0' })
  const made = await client.customers.create({ name: 'Cove', email: 'ops@cove.example', planKey: 'platform' })
  return { url, operator, operatorClient: client, platform: made, client: new Tenantry({ url, customer: made.id, key: made.keys.secret }) }
}

test('the native API by its client', async (context) => {
  const { url, client, operatorClient, platform } = await platformOf(context)

  await context.test('a merchant is created, read and changed in the version that was read', async () => {
    const made = await client.customers.create({
      name: 'Harbor Lane', email: 'books@harborlane.example', planKey: 'merchant',
      defaultBank: { nameOnAccount: 'Harbor Lane', routingNumber: '110000000', accountNumber: '000123456789' },
    })
    const read = await client.customers.get(made.id)
    assert.equal(read.name, 'Harbor Lane')
    assert.equal(versionOf(read), await client.customers.version(made.id))
    assert.equal(await client.customers.get(made.id, { ifNoneMatch: read }), read)
    const changed = await client.customers.update(made.id, { name: 'Harbor Lane Bikes' }, { ifMatch: read })
    assert.equal(changed.name, 'Harbor Lane Bikes')
    await assert.rejects(client.customers.update(made.id, { name: 'Too late' }, { ifMatch: read }), { status: 412, code: 'preconditionFailed' })
    await assert.rejects(async () => client.customers.update(made.id, {}, { ifMatch: { ...read } }), /ifMatch/)
    assert.notEqual(await client.customers.get(made.id, { ifNoneMatch: read }), read)

    const merchant = client.as(made.id)
    assert.equal((await merchant.access.whoAmI()).subject.id, made.id)
    await merchant.banks.startDrops(made.id, changed.defaultBank.id)
    const bank = await merchant.banks.confirmDrops(made.id, changed.defaultBank.id, ['32', '45'])
    assert.equal(bank.verified, true)
    assert.equal((await client.customers.planStatus(made.id)).verifications.bank, 'verified')
  })

  await context.test('a call with the key of another is done once', async () => {
    const body = { name: 'Once', email: 'once@example.com', planKey: 'merchant' }
    const [one, two] = [await client.customers.create(body, { idempotencyKey: 'same' }), await client.customers.create(body, { idempotencyKey: 'same' })]
    assert.equal(one.id, two.id)
  })

  await context.test('a dry run writes nothing', async () => {
    const before = (await client.customers.list().page()).count
    assert.equal((await client.customers.create({ name: 'Tried', email: 't@example.com', planKey: 'merchant' }, { dryRun: true })).name, 'Tried')
    assert.equal((await client.customers.list().page()).count, before)
  })

  await context.test('many are created, with their lines in order, and again without doubles', async () => {
    const lines = Array.from({ length: 450 }, (_, i) => ({ idempotencyKey: `bulk-${i}`, customer: { name: `Bulk ${i}`, email: `b${i}@example.com`, planKey: 'merchant', meta: { batch: 'one' } } }))
    for (const counted of ['created', 'replayed']) {
      const answers = []
      for await (const line of client.customers.bulk(lines)) answers.push(line)
      const summary = answers.pop()
      assert.deepEqual([summary.object, summary.complete, summary.tried, summary[counted]], ['bulk', true, 450, 450])
      assert.deepEqual(answers.map((one) => one.line), lines.map((_, i) => i + 1))
    }
  })

  await context.test('a line that is refused ends a bulk, and is numbered among all', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => ({ customer: { name: i === 250 ? '' : `Stop ${i}`, email: `s${i}@example.com`, planKey: 'merchant' } }))
    let last
    for await (const line of client.customers.bulk(lines)) last = line
    assert.deepEqual([last.complete, last.stoppedAt, last.created, last.refused], [false, 251, 250, 1])
  })

  await context.test('a list goes over all of its pages, once each', async () => {
    const ids = new Set()
    for await (const one of client.customers.list({ limit: 100, meta: { batch: 'one' } })) ids.add(one.id)
    assert.equal(ids.size, 450)
    assert.equal((await client.customers.list({ limit: 100 }).all({ limit: 150 })).length, 150)
    const [first] = await client.customers.list({ limit: 1 }).page().then((page) => page.results)
    assert.equal(versionOf(first), undefined)
  })

  await context.test('what is out of reach does not exist, and a fault names its field', async () => {
    const other = await operatorClient.customers.create({ name: 'Other', email: 'o@other.example', planKey: 'platform' })
    await assert.rejects(client.customers.get(other.id), (e) => e instanceof TenantryError && e.status === 404 && e.code === 'notFound')
    await assert.rejects(client.customers.create({ name: 'No mail', email: 'none', planKey: 'merchant' }), (e) => {
      assert.deepEqual([e.code, e.parameter], ['validationError', 'email'])
      assert.equal(e.moreInfo, `${url}/docs/errors/validationError`)
      assert.match(e.ref, /^[0-9a-f]{32}$/)
      return true
    })
    await assert.rejects(new Tenantry({ url, customer: platform.id, key: `${platform.keys.secret}x` }).customers.list().page(), { status: 401, code: 'invalidCredentials' })
  })

  await context.test('deposits that are due are rows, and CSV with a reason', async () => {
    // Nothing is due in a sandbox: its deposits count as sent.
    assert.deepEqual(await operatorClient.banks.dueDrops().all(), [])
    const { text, nextCursor } = await operatorClient.banks.dueDropsCSV({ reason: 'payout run 7' })
    assert.match(text, /^[\w,]+\r?\n$/)
    assert.equal(nextCursor, undefined)
  })

  await context.test('an access token is a key', async () => {
    const { access_token } = await new Tenantry({ url }).access.grant({ grant_type: 'client_credentials', client_id: platform.id, client_secret: platform.keys.secret })
    const signedIn = new Tenantry({ url, key: access_token, customer: platform.id })
    assert.equal((await signedIn.access.whoAmI()).actor.id, platform.id)
    await signedIn.access.revoke()
    await assert.rejects(signedIn.access.whoAmI(), { status: 401 })
  })

  await context.test('a webhook is received, and is what the log has', async (context) => {
    let took
    const received = new Promise((done) => { took = done })
    const receiver = createServer(async (request, answer) => {
      let body = ''
      for await (const part of request) body += part
      answer.writeHead(204).end()
      // What happened to others a moment before may come first.
      if (JSON.parse(body).sourceId === platform.id) took({ body, headers: request.headers })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    context.after(() => receiver.close())
    await client.customers.update(platform.id, { settings: { events: { enabled: true, urls: { always: [`http://127.0.0.1:${receiver.address().port}/`] } } } })
    const [webhook] = await client.webhooks.list(platform.id).all()
    const { secret } = await client.webhooks.renewSecret(platform.id, webhook.id)
    await client.webhooks.test(platform.id, webhook.id)
    const event = await verifyWebhook({ ...await received, secret })
    assert.equal(event.sourceId, platform.id)
    assert.equal((await client.events.verify(event)).id, event.id)
    const replay = await client.webhooks.replay(platform.id, webhook.id, { from: new Date(Date.now() - 3_600_000).toISOString(), types: ['customer.created'] }, { dryRun: true })
    assert.equal(replay.object, 'replay')
  })

  await context.test('events are followed, each once, from where a reader stopped', async () => {
    const merchant = await client.customers.create({ name: 'Followed', email: 'f@example.com', planKey: 'merchant' })
    const names = (from, to) => Array.from({ length: to - from }, (_, i) => `Followed ${from + i}`)
    const read = async (options, count) => {
      const seen = []
      let place
      for await (const { event, lastEventId } of client.events.stream({ customer: merchant.id, type: 'customer.updated', ...options })) {
        seen.push(event.diff.changes.name)
        place = lastEventId
        if (seen.length === count) break
      }
      return { seen, place }
    }
    const from = new Date(Date.now() - 60_000).toISOString()
    for (const name of names(0, 3)) await client.customers.update(merchant.id, { name })
    const first = await read({ from }, 2)
    for (const name of names(3, 5)) await client.customers.update(merchant.id, { name })
    const second = await read({ lastEventId: first.place }, 3)
    assert.deepEqual([...first.seen, ...second.seen], names(0, 5))
  })

  await context.test('a stream ends with the key that opened it', async () => {
    const key = await client.keys.create(platform.id, { name: 'reader', scopes: ['read'] })
    const reader = new Tenantry({ url, customer: platform.id, key: key.secret })
    const next = reader.events.stream({ type: 'bank.*' }).next()
    const refused = assert.rejects(next, (e) => e instanceof TenantryError && e.status === 401)
    await reader.access.whoAmI()
    await client.keys.revoke(platform.id, key.id)
    await refused
  })

  await context.test('an onboarding link is made and ended', async () => {
    const merchant = await client.customers.create({ name: 'Linked', email: 'l@example.com', planKey: 'merchant' })
    const link = await client.onboarding.create(merchant.id, { returnUrl: 'https://cove.example/done' })
    assert.match(link.url, /onboarding/)
    assert.equal((await client.onboarding.end(merchant.id, link.id)).id, link.id)
  })
})

test('a limit that is reached is waited for', async (context) => {
  const { url, operator } = await serve(context, { TENANTRY_LIMITS_RATE_PER_MINUTE: '30' })
  const waits = []
  const client = new Tenantry({ url, customer: operator.id, key: operator.keys.secret, wait: async (ms) => { waits.push(ms) }, retries: 1 })
  const calls = await Promise.allSettled(Array.from({ length: 60 }, () => client.access.whoAmI()))
  assert.ok(calls.some((one) => one.reason?.status === 429), 'the service never refuses')
  assert.ok(waits.length > 0 && waits.every((ms) => ms >= 1_000), `waited ${waits}`)
})
