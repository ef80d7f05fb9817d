// What a page does with a publishable key, in a real browser and from another origin.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { serve } from './service.mjs'

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', process.env.CHROME ?? ''].find((path) => path && existsSync(path))
if (!executablePath) throw new Error('install the package chromium, or name a browser in CHROME')

test('a page makes a token with a publishable key, and takes no secret key', async (context) => {
  const { url, client } = await serve(context)
  const platform = await client.customers.create({ name: 'Cove', email: 'ops@cove.example', planKey: 'platform' })
  const site = createServer(async (request, answer) => {
    const file = request.url.match(/^\/dist\/([a-z]+\.js)$/)
    if (!file) { answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Shop</title>'); return }
    answer.writeHead(200, { 'Content-Type': 'text/javascript' }).end(await readFile(fileURLToPath(new URL(`../dist/${file[1]}`, import.meta.url))))
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
  context.after(async () => { await browser.close(); site.closeAllConnections(); site.close() })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${site.address().port}/`)
  const seen = await page.evaluate(async ({ url, platform }) => {
    const { Tenantry, TenantryError } = await import('/dist/index.js')
    const client = new Tenantry({ url, publishableKey: platform.keys.publishable })
    const bank = { nameOnAccount: 'Ada Byron', routingNumber: '110000000', accountNumber: '000123456789' }
    const { token } = await client.tokens.create({ bank })
    const refused = await client.tokens.create({ bank: { ...bank, routingNumber: '1' } }).catch((e) => e)
    const secret = (options) => { try { return String(new Tenantry({ url, customer: platform.id, key: platform.keys.secret, ...options })) } catch (e) { return e.message } }
    return {
      token, refused: [refused instanceof TenantryError, refused.status, refused.parameter, refused.ref],
      key: secret({}), told: secret({ dangerouslyAllowSecretKeyInBrowser: true }),
      profile: await client.payers.merchantProfile('nobody').catch((e) => e.status),
      others: await (async () => client.customers.list().page())().catch((e) => e.message),
    }
  }, { url, platform })
  assert.deepEqual([seen.refused.slice(0, 3), seen.profile], [[true, 422, 'bank.routingNumber'], 404])
  assert.match(seen.key, /a secret key in a page is known to everybody/)
  assert.equal(seen.told, '[object Object]')
  assert.match(seen.others, /needs a key/)
  const merchant = await client.as(platform.id).customers.create({ name: 'A', email: 'a@example.com', planKey: 'merchant' })
  assert.equal((await client.as(platform.id).banks.create(merchant.id, { token: seen.token })).nameOnAccount, 'Ada Byron')
})
