// The client has a method for every operation of the document, and sends what it demands.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tenantry } from '../dist/index.js'
import { serve } from './service.mjs'

// without says why an operation has no method.
const without = {
  index: 'a page for people',
  document: 'the document itself',
  documentJSON: 'the document itself',
  createTokenPreflight: 'browsers ask this by themselves',
  getMerchantProfilePreflight: 'browsers ask this by themselves',
  receiveVerdict: 'for identity services, which sign it with a secret of theirs',
  createCustomerAccount: 'the shape of the first generation of createCustomer',
  listCustomersAccount: 'the path of the first generation of listCustomers',
  updateCustomerPatch: 'updateCustomer by another method',
  updatePayerPatch: 'updatePayer by another method',
}

// Methods whose arguments are more than ids and a body.
const arguments_ = {
  'documents.create': ['i1', { documentType: 'license', file: new Blob(['x']) }],
  'events.verify': [{ id: 'i1' }],
  'events.stream': [{ signal: AbortSignal.timeout(50) }],
  'customers.bulk': [[{ customer: {} }]],
}

// sentBy calls every method once and returns the requests, by the name of the method.
async function sentBy() {
  const sent = new Map()
  let name
  const fetch = async (url, { method, headers }) => {
    sent.set(name, { method, path: decodeURIComponent(new URL(url).pathname), headers })
    return Response.json({ results: [], object: 'bulk', complete: true, tried: 0, created: 0, replayed: 0, refused: 0 })
  }
  const client = new Tenantry({ url: 'http://127.0.0.1:1', customer: 'c', key: 'sk_test_x', fetch })
  for (const [part, resource] of Object.entries(client)) {
    for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(resource))) {
      if (method === 'constructor') continue
      name = `${part}.${method}`
      const result = resource[method](...(arguments_[name] ?? ['i1', 'i2', 'i3']))
      if (name === 'events.stream') await result.next().catch(() => {})
      else if (Symbol.asyncIterator in result) for await (const _ of result);
      else await result
    }
  }
  return sent
}

test('every operation has a method, and every method an operation', async (context) => {
  const { url } = await serve(context)
  const { paths } = await (await fetch(`${url}/openapi.json?for=clients`)).json()
  const operations = []
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, { operationId, parameters = [] }] of Object.entries(item)) {
      if (!['get', 'head', 'post', 'put', 'patch', 'delete', 'options'].includes(method)) continue
      operations.push({ operationId, method: method.toUpperCase(), matches: new RegExp(`^${path.replace(/\{\w+\}/g, 'i\\d')}$`), exact: !path.includes('{'), keyed: parameters.some((one) => one.$ref === '#/components/parameters/IdempotencyKey') })
    }
  }
  assert.ok(operations.length > 90, `the document has ${operations.length} operations`)
  const found = new Set()
  for (const [name, { method, path, headers }] of await sentBy()) {
    const operation = operations.find((one) => one.method === method && one.matches.test(path))
    assert.ok(operation, `${name} sends ${method} ${path}, which the document does not have`)
    found.add(operation.operationId)
    assert.equal(headers.has('Idempotency-Key'), operation.keyed, `${name} and its Idempotency-Key`)
  }
  const missing = operations.map((one) => one.operationId).filter((id) => !found.has(id) && !(id in without))
  assert.deepEqual(missing, [], 'operations without a method')
  const needless = Object.keys(without).filter((id) => found.has(id) || !operations.some((one) => one.operationId === id))
  assert.deepEqual(needless, [], 'reasons that are not needed any more')
})
