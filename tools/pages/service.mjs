// A service under test: the binary over a fresh data directory, and requests of its API.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createWebServer, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// operator is how installations are named that have one before a flow begins.
export const operator = { name: 'Northwind Payments', email: 'operations@example.com' }

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

// proxy serves what is at target below a path of another address, as a proxy in front of an
// installation does that shares its host with others.
async function proxy(target, below) {
  const server = createWebServer((asked, answer) => {
    if (!asked.url.startsWith(`${below}/`)) { answer.writeHead(404).end('Nothing of the installation is here.'); return }
    const on = request(target + asked.url.slice(below.length), { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode, got.rawHeaders)
      got.pipe(answer)
    })
    on.on('error', () => answer.destroy())
    asked.pipe(on)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export class Service {
  // start runs `tenantry serve` and waits until it is ready. A flow may say by what it
  // exports: settings, added to the environment as TENANTRY_… variables; live, for a live
  // installation; prepared, for an operator that exists already, as service.operator; below,
  // the path that a proxy in front takes off.
  static async start(binary, { settings = {}, live = false, prepared = live, below = '' } = {}) {
    const data = await mkdtemp(join(tmpdir(), 'tenantry-pages-'))
    const port = await freePort()
    const s = new Service()
    const own = `http://127.0.0.1:${port}`
    if (below) s.proxy = await proxy(own, below)
    Object.assign(s, { binary, data, live, url: s.proxy ? `http://127.0.0.1:${s.proxy.address().port}` : own, base: below, output: '' })
    s.environment = {
      PATH: process.env.PATH, HOME: data, TENANTRY_DATA: join(data, 'data'), TENANTRY_LISTEN: `127.0.0.1:${port}`, TENANTRY_METRICS_LISTEN: '127.0.0.1:0',
      TENANTRY_LIMITS_RATE_PER_MINUTE: '0', TENANTRY_LIMITS_TENANT_RATE_PER_MINUTE: '0',
      ...(live && { TENANTRY_MODE: 'live', TENANTRY_SEAL_KEYRING_IN_DATA: 'true' }),
      ...(below && { TENANTRY_PUBLIC_URL: s.url + below }), ...settings,
    }
    if (prepared) {
      const kept = join(data, 'operator.json')
      s.command('init', '--name', operator.name, '--email', operator.email, '--keys', kept)
      const { id, keys } = JSON.parse(await readFile(kept, 'utf8'))
      s.operator = { id, key: keys.secret }
    }
    s.process = spawn(binary, ['serve'], { cwd: data, env: s.environment })
    s.ended = new Promise((done) => s.process.once('exit', done))
    for (const stream of [s.process.stdout, s.process.stderr]) stream.on('data', (text) => { s.output += text })
    for (let i = 0; i < 300; i++) {
      if (s.process.exitCode !== null) throw new Error(`the service ended:\n${s.output}`)
      const answer = await fetch(`${s.url}${s.base}/readyz`).catch(() => null)
      if (answer?.ok) return s
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`the service does not become ready:\n${s.output}`)
  }

  // command runs a command of the program on the machine and returns what it prints.
  command(...args) { return execFileSync(this.binary, args, { cwd: this.data, env: this.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }) }

  // setupPath returns the path and the fragment of a one-time link: that which serve printed
  // or, in live mode, one of the command.
  setupPath() {
    const printed = this.live ? this.command('setup-link') : this.output
    const link = printed.match(/https?:\/\/\S+(\/setup#\S+)/)
    if (!link) throw new Error(`there is no link to set up:\n${printed}`)
    return link[1]
  }

  // call sends a request of the native API and returns what it answers.
  async call(method, path, { key, customer, id, body, headers = {} } = {}) {
    const answer = await fetch(this.url + this.base + path, {
      method,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }), ...((customer ?? id) && { 'X-CUSTOMER-ID': customer ?? id }),
        ...(body && { 'Content-Type': 'application/json' }), ...headers,
      },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text && JSON.parse(text)
  }

  async stop() {
    this.process?.kill('SIGTERM')
    await this.ended
    this.proxy?.closeAllConnections()
    this.proxy?.close()
    await rm(this.data, { recursive: true, force: true })
  }
}
