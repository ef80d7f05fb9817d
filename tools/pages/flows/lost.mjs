// A database that goes away and comes back: the pages say so and load themselves again.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform, setUp } from '../steps.mjs'

export const prepared = true

// prepare starts the MongoDB-wire server of the engine's tests, which can be stopped and
// started again at the same place.
export async function prepare({ root, work }) {
  const binary = join(work, 'ferretdb')
  execFileSync('go', ['build', '-mod=readonly', '-ldflags=-s -w', '-o', binary, '.'], { cwd: join(root, 'internal/store/mongo/ferretdb'), env: { ...process.env, GOWORK: 'off' } })
  const directory = await mkdtemp(join(tmpdir(), 'tenantry-pages-mongo-'))
  let running
  let listen = '127.0.0.1:0'
  const database = {
    async start() {
      running = spawn(binary, ['-directory', directory, '-listen', listen], { stdio: ['pipe', 'pipe', 'ignore'] })
      const [line] = await once(running.stdout, 'data')
      const uri = new URL(`${line}`.trim())
      listen = uri.host
      return uri.href
    },
    async stop() {
      running.kill('SIGKILL')
      await once(running, 'exit')
    },
    async close() {
      if (running.exitCode === null && running.signalCode === null) await database.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
  // Its updates are whole through one connection only.
  const uri = `${await database.start()}?maxPoolSize=1`
  return { ...database, settings: { TENANTRY_STORE_MONGO_URI: uri, TENANTRY_STORE_MONGO_TIMEOUT: '1s' } }
}

export async function run({ service, browse, look, script, prepared: database }) {
  const person = await browse({ expected: /status of 503/ })
  await setUp(person, service, script)
  const harbor = await platform(service, 'Harbor Market')
  const path = `/console/customers/${harbor.id}`
  await person.open(path)
  await person.see('Harbor Market')

  await database.stop()
  const answered = await person.page.goto(service.base + path)
  assert.equal(answered.status(), 503)
  assert.equal(answered.headers().refresh, '5')
  await person.see('The database does not answer')

  // The same page once more, to look at, without loading itself again meanwhile.
  const still = await browse({ expected: /status of 503/, storageState: await person.page.context().storageState() })
  await still.page.route(/\/console\/customers\//, async (route) => {
    const response = await route.fetch()
    const { refresh, ...headers } = response.headers()
    assert.equal(refresh, '5')
    await route.fulfill({ response, headers, body: (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '') })
  })
  await still.page.goto(service.base + path)
  await look(still, 'database-lost')

  // Nothing is pressed: the page comes back by itself.
  await database.start()
  await person.page.getByRole('heading', { name: 'Harbor Market' }).waitFor({ timeout: 60_000 })
  await person.seeNot('The database does not answer')
}
