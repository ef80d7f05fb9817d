// Messages are taken as they were signed, and in no other form.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyWebhook, WebhookVerificationError } from '../dist/index.js'

// The example of the Standard Webhooks specification.
const message = {
  body: '{"test": 2432232314}',
  headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' },
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  now: 1_614_265_330_000,
}
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

test('a signed message is an event, as text and as bytes, by either of two secrets', async () => {
  for (const changed of [{}, { body: new TextEncoder().encode(message.body) }, { secret: [other, message.secret] }, { headers: new Headers(message.headers) },
    { headers: { ...message.headers, 'webhook-signature': `v1,AAAA v2,xxxx ${message.headers['webhook-signature']}` } }]) {
    assert.deepEqual(await verifyWebhook({ ...message, ...changed }), { test: 2432232314 })
  }
})

test('a message that differs, is old or is by another is refused', async (context) => {
  for (const [name, changed] of Object.entries({
    'another body': { body: '{"test": 2432232315}' },
    'another id': { headers: { ...message.headers, 'webhook-id': 'msg_other' } },
    'another secret': { secret: other },
    'no signature': { headers: { ...message.headers, 'webhook-signature': undefined } },
    'an empty signature': { headers: { ...message.headers, 'webhook-signature': 'v1,' } },
    'a signature of another version': { headers: { ...message.headers, 'webhook-signature': message.headers['webhook-signature'].replace('v1', 'v2') } },
    'a time that is no time': { headers: { ...message.headers, 'webhook-timestamp': '1e9' } },
    'too old': { now: message.now + 301_000 },
    'from the future': { now: message.now - 301_000 },
  })) await context.test(name, () => assert.rejects(verifyWebhook({ ...message, ...changed }), WebhookVerificationError))
})

test('a secret that is none is a mistake of the program', async () => {
  for (const secret of ['', 'whsec_', 'whsec_%%%']) await assert.rejects(verifyWebhook({ ...message, secret }), TypeError)
})
