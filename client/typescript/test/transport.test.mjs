// Repeats, waiting and refusals, against a server that answers as it is told.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Tenantry, TenantryConnectionError, TenantryError } from '../dist/index.js'
import { follow } from '../dist/stream.js'
import { retryAfterOf, Transport } from '../dist/transport.js'

// scripted serves one step after the other, the last one for ever, and keeps what was asked.
async function scripted(context, ...steps) {
  const asked = []
  const server = createServer(async (request, answer) => {
    let body = ''
    for await (const part of request) body += part
    asked.push({ method: request.method, url: request.url, headers: request.headers, body })
    const step = steps[Math.min(asked.length, steps.length) - 1]
    if (step.cut) { request.socket.destroy(); return }
    if (step.hang) return
    answer.writeHead(step.status ?? 200, { 'Content-Type': 'application/json', ...step.headers })
    if (step.cutWithin) { answer.write('{"id": "'); setImmediate(() => request.socket.destroy()); return }
    answer.end(JSON.stringify(step.body ?? { id: 'c1' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => { server.closeAllConnections(); server.close() })
  const waits = []
  const url = `http://127.0.0.1:${server.address().port}`
  const client = (options) => new Tenantry({ url, customer: 'c0', key: 'sk_test_x', wait: async (ms) => { waits.push(ms) }, ...options })
  return { asked, waits, url, client }
}

const busy = (headers = {}) => ({ status: 503, headers, body: { error: { details: { code: 'serviceOverloaded', description: 'busy' } } } })

test('a write is repeated with the key of its first try, whatever cut it', async (context) => {
  for (const [name, step] of Object.entries({ cut: { cut: true }, 'cut within the answer': { cutWithin: true }, 503: busy(), 502: { status: 502, body: 'no JSON of ours' }, 504: { status: 504 }, 429: { status: 429 } })) {
    await context.test(name, async (context) => {
      const { asked, client } = await scripted(context, step, step, {})
      assert.equal((await client().customers.create({ name: 'A' })).id, 'c1')
      assert.equal(asked.length, 3)
      assert.match(asked[0].headers['idempotency-key'], /^[0-9a-f]{32}$/)
      assert.equal(new Set(asked.map((one) => one.headers['idempotency-key'])).size, 1)
      assert.equal(new Set(asked.map((one) => one.body)).size, 1)
    })
  }
})

test('each call has a key of its own, and the caller may name one', async (context) => {
  const { asked, client } = await scripted(context, {})
  await client().customers.create({ name: 'A' })
  await client().customers.create({ name: 'A' })
  await client().customers.create({ name: 'A' }, { idempotencyKey: 'mine' })
  assert.equal(new Set(asked.map((one) => one.headers['idempotency-key'])).size, 3)
  assert.equal(asked[2].headers['idempotency-key'], 'mine')
})

test('what may have been done, and takes no key, is not done twice', async (context) => {
  const cut = await scripted(context, { cut: true })
  await assert.rejects(cut.client().invitations.accept({ token: 't', password: 'p' }), TenantryConnectionError)
  assert.equal(cut.asked.length, 1)
  const limited = await scripted(context, { status: 429 }, {})
  await limited.client().invitations.accept({ token: 't', password: 'p' })
  assert.equal(limited.asked.length, 2)
})

test('a refusal is not repeated and says all it knows', async (context) => {
  const details = { code: 'validationError', description: 'a value is wrong', detailCode: 'parameterMissing', parameter: 'name', explanation: 'a name is missing', moreInfo: '/docs/errors/validationError' }
  const { asked, client, url } = await scripted(context, { status: 422, body: { error: { name: 'unprocessableEntity', details, errors: [details, { ...details, parameter: 'email' }], ref: 'r1' } } })
  await assert.rejects(client().customers.create({}), (e) => {
    assert.ok(e instanceof TenantryError)
    assert.deepEqual([e.status, e.code, e.detailCode, e.parameter, e.explanation, e.ref, e.moreInfo, e.errors.length, e.message],
      [422, 'validationError', 'parameterMissing', 'name', 'a name is missing', 'r1', `${url}/docs/errors/validationError`, 2, 'name: a name is missing'])
    return true
  })
  assert.equal(asked.length, 1)
})

test('Retry-After is waited for, in seconds and as a date, and is bounded', async (context) => {
  const { waits, client } = await scripted(context, busy({ 'Retry-After': '7' }), {})
  await client().customers.get('c1')
  assert.ok(waits[0] >= 7_000 && waits[0] <= 7_500, `waited ${waits[0]} ms`)
  assert.equal(retryAfterOf('Wed, 21 Oct 2015 07:28:10 GMT', Date.parse('2015-10-21T07:28:00Z')), 10_000)
  assert.equal(retryAfterOf('soon'), undefined)
  const far = await scripted(context, busy({ 'Retry-After': '3600' }))
  await assert.rejects(far.client().customers.get('c1'), { status: 503, retryAfter: 3_600_000 })
  assert.deepEqual([far.asked.length, far.waits.length], [1, 0])
})

test('pauses grow, differ, and end', async (context) => {
  const { asked, waits, client } = await scripted(context, { cut: true })
  await assert.rejects(client({ retries: 6 }).customers.get('c1'), TenantryConnectionError)
  assert.equal(asked.length, 7)
  waits.forEach((ms, i) => assert.ok(ms >= 0 && ms <= Math.min(8_000, 500 * 2 ** i), `pause ${i} is ${ms} ms`))
  assert.equal(new Set(waits).size, waits.length)
})

test('a first try that is still at work is asked again, a key of another request is not', async (context) => {
  const body = { error: { details: { code: 'idempotencyConflict', description: '' } } }
  const running = await scripted(context, { status: 409, headers: { 'Retry-After': '1' }, body }, {})
  await running.client().customers.create({ name: 'A' })
  assert.equal(running.asked.length, 2)
  const other = await scripted(context, { status: 409, body })
  await assert.rejects(other.client().customers.create({ name: 'A' }), { code: 'idempotencyConflict' })
  assert.equal(other.asked.length, 1)
})

test('a signal ends a call while it waits for an answer and between tries', async (context) => {
  const hanging = await scripted(context, { hang: true })
  await assert.rejects(hanging.client().customers.get('c1', { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' })
  assert.equal(hanging.asked.length, 1)
  const { client, asked } = await scripted(context, busy())
  const stop = new AbortController()
  await assert.rejects(client({ wait: async () => { stop.abort() } }).customers.get('c1', { signal: stop.signal }), { name: 'AbortError' })
  assert.equal(asked.length, 1)
})

test('a try that takes too long is one that was not answered', async (context) => {
  const { asked, client } = await scripted(context, { hang: true }, {})
  assert.equal((await client({ timeout: 50 }).customers.get('c1')).id, 'c1')
  assert.equal(asked.length, 2)
})

test('a redirect takes the key nowhere', async (context) => {
  const other = await scripted(context, {})
  const { client } = await scripted(context, { status: 307, headers: { Location: `${other.url}/v3/customers` } })
  await assert.rejects(client().customers.list().page(), { status: 307 })
  assert.equal(other.asked.length, 0)
})

test('ids are escaped, and no id is empty', async (context) => {
  const { asked, client } = await scripted(context, {})
  await client().customers.get('a/../b?c')
  assert.equal(asked[0].url, '/v3/customers/a%2F..%2Fb%3Fc')
  for (const id of ['', undefined, '..']) await assert.rejects(async () => client().customers.delete(id), /an id is missing/)
  assert.equal(asked.length, 1)
})

test('a version that a proxy has weakened is sent as the service knows it', async (context) => {
  const { asked, client } = await scripted(context, { headers: { ETag: 'W/"3"' } })
  await client().customers.update('c1', {}, { ifMatch: await client().customers.get('c1') })
  assert.equal(asked[1].headers['if-match'], '"3"')
})

test('a success that is no JSON is told as what came in between', async (context) => {
  const server = createServer((_, answer) => answer.end('<html>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => { server.closeAllConnections(); server.close() })
  await assert.rejects(new Tenantry({ url: `http://127.0.0.1:${server.address().port}` }).service.health(), TenantryConnectionError)
})

test('options of a list become its query', async (context) => {
  const { asked, client } = await scripted(context, { body: { results: [], count: 0, settings: {} } })
  await client().customers.list({ deep: true, limit: 5, meta: { 'owner.team': 'north' }, q: 'a b' }).page()
  assert.equal(asked[0].url, '/v3/customers?deep=true&limit=5&meta.owner.team=north&q=a+b')
})

test('what cannot work is refused before anything is sent', () => {
  const url = 'http://127.0.0.1:1'
  for (const [options, says] of [
    [{ url: 'tenantry.example', key: 'sk_test_x', customer: 'c' }, /url is "tenantry.example"/],
    [{ url: 'ftp://tenantry.example' }, /http/],
    [{ url, key: 'sk_test_x' }, /customer is missing/],
    [{ url: 'http://tenantry.example', key: 'sk_test_x', customer: 'c' }, /use https/],
    [{ url, key: 'pk_test_x', customer: 'c' }, /publishableKey/],
    [{ url, publishableKey: 'sk_test_x' }, /must begin with pk_/],
    [{ url, key: 'sk_test_x\n', customer: 'c' }, /printable/],
  ]) assert.throws(() => new Tenantry(options), says)
})

test('a key goes over plain http where it is told to, and on this machine', () => {
  const as = { key: 'sk_test_x', customer: 'c' }
  for (const url of ['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1', 'https://tenantry.example']) assert.ok(new Tenantry({ url, ...as }))
  assert.ok(new Tenantry({ url: 'http://tenantry', ...as, insecure: true }))
})

test('a publishable key is sent to make tokens, and for nothing else', async (context) => {
  const { asked, url } = await scripted(context, {})
  const client = new Tenantry({ url, publishableKey: 'pk_test_x' })
  await client.tokens.create({})
  assert.equal(asked[0].headers['x-publishable-key'], 'pk_test_x')
  await assert.rejects(async () => client.customers.get('c1'), /needs a key/)
  await client.service.health()
  assert.equal(asked[1].headers['x-publishable-key'], undefined)
})

test('a client does not show its key', () => {
  const client = new Tenantry({ url: 'http://127.0.0.1:1', customer: 'c', key: 'sk_test_secret' })
  assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client), /sk_test_secret/)
})

test('a stream that is cut goes on behind the last whole message', async (context) => {
  const places = []
  const server = createServer((request, answer) => {
    places.push([request.headers['last-event-id'], new URL(request.url, 'http://x').searchParams.get('from')])
    answer.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const n = places.length
    answer.write(`retry: 10\nid: p${n}.0\n\n: still here\n\nid: p${n}.1\ndata: {"id":"e${n}",\ndata: "type":"x"}\n\nid: p${n}.2\ndata: {"id":"lost`)
    setImmediate(() => request.socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => { server.closeAllConnections(); server.close() })
  const transport = new Transport({ url: `http://127.0.0.1:${server.address().port}`, customer: 'c', key: 'sk_test_x' })
  const seen = []
  for await (const one of follow(transport, { method: 'get', path: '/v3/events/stream', query: { from: 'monday' } }, async () => {})) {
    seen.push([one.event.id, one.lastEventId])
    if (seen.length === 3) break
  }
  assert.deepEqual(seen, [['e1', 'p1.1'], ['e2', 'p2.1'], ['e3', 'p3.1']])
  assert.deepEqual(places, [[undefined, 'monday'], ['p1.1', null], ['p2.1', null]])
})
