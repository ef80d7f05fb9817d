// The custom element: a page of another origin that the platform names frames the pages of a
// link, and is told when all is in; the browser refuses a page that it does not name.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { answer, platform } from '../steps.mjs'

export const prepared = true

// host serves a page as a platform would have one, on an origin of its own. Where scripts are
// off, the frame stands in the page itself.
async function host(service, link) {
  const server = createServer((_, answered) => {
    answered.setHeader('Content-Type', 'text/html; charset=utf-8')
    answered.setHeader('Content-Security-Policy', `default-src 'none'; script-src ${service.url}; frame-src ${service.url}; img-src data:; style-src 'unsafe-inline'`)
    answered.end(`<!doctype html><html lang="en"><head><title>Harbor Market</title><link rel="icon" href="data:,">
<script src="${service.url}/onboarding/element.js" defer></script></head><body><main><h1>Harbor Market</h1>
<tenantry-onboarding src="${link}" title="Onboarding"></tenantry-onboarding>
<noscript><iframe src="${link}" title="Onboarding" width="900" height="900"></iframe></noscript></main></body></html>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close() } }
}

// listen notes the events of the element.
async function listen(person) {
  await person.page.addInitScript(() => {
    window.heard = []
    for (const name of ['step', 'completed', 'over']) document.addEventListener(name, (event) => window.heard.push(name + (event.target.localName === 'tenantry-onboarding' ? '' : ' of another')))
  })
}

export async function run({ service, browse, look, script }) {
  const harbor = await platform(service, 'Harbor Market')
  const merchant = async (name) => {
    const made = await service.call('POST', '/v3/customers', { ...harbor, body: { name, email: 'books@example.com', planKey: 'merchant' } })
    const { id } = made.customer ?? made
    const link = await service.call('POST', `/v3/customers/${id}/onboarding-links`, { ...harbor, body: {} })
    return { id, link: link.url }
  }
  const books = await merchant('Blue Door Books')
  const named = await host(service, books.link)
  const stranger = await host(service, (await merchant('Cedar Cycles')).link)
  try {
    await service.call('PATCH', `/v3/customers/${harbor.id}`, { ...harbor, body: { settings: { onboarding: { frameAncestors: [named.url] } } } })

    const person = await browse({ allowed: [named.url] })
    if (script) await listen(person)
    await person.open(named.url + '/')
    const framed = person.inside('iframe')
    await framed.press('Start')
    await framed.see('What is needed')
    await framed.follow('Start with the first step')
    for (let i = 0; i < 40 && !(await framed.root().getByText('Everything is in').count()); i++) {
      await answer(framed)
      await framed.press('Save and continue')
    }
    await look(person, 'element')
    await framed.press('Finish')
    await framed.see('Thank you, that is all')
    if (script) {
      await person.page.waitForFunction(() => window.heard.includes('completed'))
      const heard = await person.page.evaluate(() => window.heard)
      assert.deepEqual([...new Set(heard)], ['step', 'completed'])
    }
    const status = await service.call('GET', `/v3/customers/${books.id}/plan-status`, harbor)
    assert.deepEqual((status.requirements ?? []).filter((r) => r.state === 'due').map((r) => r.code), [])

    const other = await browse({ allowed: [stranger.url], expected: /frame-ancestors|chrome-error|Unsafe attempt|postMessage/ })
    if (script) await listen(other)
    const refused = other.page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()))
    await other.open(stranger.url + '/')
    await refused
    assert.equal(await other.inside('iframe').root().getByRole('button').count(), 0, 'the page of a stranger shows nothing')
    if (script) assert.deepEqual(await other.page.evaluate(() => window.heard), [])
  } finally { named.close(); stranger.close() }
}
