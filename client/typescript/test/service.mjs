// A service under test: the binary over a directory of its own, which goes when the test ends.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tenantry } from '../dist/index.js'

export async function serve(context, settings = {}) {
  const binary = process.env.TENANTRY_BINARY
  if (!binary) throw new Error('start these tests by client/typescript/run: it builds the service and names it in TENANTRY_BINARY')
  const home = await mkdtemp(join(tmpdir(), 'tenantry-client-'))
  const env = { PATH: process.env.PATH, HOME: home, TENANTRY_DATA: join(home, 'data'), TENANTRY_LISTEN: '127.0.0.1:0', TENANTRY_METRICS_LISTEN: '127.0.0.1:0', ...settings }
  const kept = join(home, 'operator.json')
  execFileSync(binary, ['init', '--name', 'Northwind Payments', '--email', 'ops@northwind.example', '--keys', kept], { cwd: home, env, stdio: 'pipe' })
  const operator = JSON.parse(await readFile(kept, 'utf8'))
  const service = spawn(binary, ['serve'], { cwd: home, env })
  const ended = new Promise((done) => service.once('exit', done))
  let said = ''
  const url = await new Promise((done, fail) => {
    ended.then(() => fail(new Error(`the service ended:\n${said}`)))
    for (const stream of [service.stdout, service.stderr]) stream.on('data', (text) => {
      said += text
      const serving = said.match(/^\{.*"url":"([^"]+)".*"message":"serving"\}$/m)
      if (serving) done(serving[1])
    })
  })
  context.after(async () => {
    service.kill('SIGTERM')
    await ended
    await rm(home, { recursive: true, force: true })
  })
  const client = new Tenantry({ url, customer: operator.id, key: operator.keys.secret, wait: async () => {} })
  return { url, operator, client }
}
