// A service under test: the binary over a fresh data directory, and requests of its API.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

export class Service {
  // start runs `tenantry serve` and waits until it is ready. Settings are added to the
  // environment, as TENANTRY_… variables.
  static async start(binary, settings = {}) {
    const data = await mkdtemp(join(tmpdir(), 'tenantry-pages-'))
    const port = await freePort()
    const s = new Service()
    Object.assign(s, { data, url: `http://127.0.0.1:${port}`, output: '', base: settings.TENANTRY_PUBLIC_URL ? new URL(settings.TENANTRY_PUBLIC_URL).pathname.replace(/\/$/, '') : '' })
    s.process = spawn(binary, ['serve'], {
      cwd: data,
      env: {
        PATH: process.env.PATH, HOME: data, TENANTRY_DATA: join(data, 'data'), TENANTRY_LISTEN: `127.0.0.1:${port}`, TENANTRY_METRICS_LISTEN: '127.0.0.1:0',
        TENANTRY_LIMITS_RATE_PER_MINUTE: '0', TENANTRY_LIMITS_TENANT_RATE_PER_MINUTE: '0', ...settings,
      },
    })
    s.ended = new Promise((done) => s.process.once('exit', done))
    for (const stream of [s.process.stdout, s.process.stderr]) stream.on('data', (text) => { s.output += text })
    for (let i = 0; i < 300; i++) {
      if (s.process.exitCode !== null) throw new Error(`the service ended:\n${s.output}`)
      const answer = await fetch(`${s.url}/readyz`).catch(() => null)
      if (answer?.ok) return s
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`the service does not become ready:\n${s.output}`)
  }

  // setupPath returns the path and the fragment of the one-time link that serve printed.
  setupPath() {
    const link = this.output.match(/https?:\/\/\S+(\/setup#\S+)/)
    if (!link) throw new Error(`serve printed no link to set up:\n${this.output}`)
    return link[1]
  }

  // call sends a request of the native API and returns what it answers.
  async call(method, path, { key, customer, body, headers = {} } = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }), ...(customer && { 'X-CUSTOMER-ID': customer }),
        ...(body && { 'Content-Type': 'application/json' }), ...headers,
      },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text && JSON.parse(text)
  }

  async stop() {
    this.process.kill('SIGTERM')
    await this.ended
    await rm(this.data, { recursive: true, force: true })
  }
}
