// The package as npm gets it: what is in it, and that a program with nothing else compiles and runs.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

test('the packed package is whole, and has nothing else', async (context) => {
  const project = await mkdtemp(join(tmpdir(), 'tenantry-pack-'))
  context.after(() => rm(project, { recursive: true, force: true }))
  const run = (program, ...args) => execFileSync(program, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  // What is built is what run built: packing must not build at the side of other tests.
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  const names = packed.files.map((one) => one.path).sort()
  const sources = ['caller', 'errors', 'index', 'resources', 'schema', 'stream', 'transport', 'types', 'webhooks']
  assert.deepEqual(names, ['LICENSE', 'README.md', 'package.json', ...sources.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`])].sort())
  assert.ok(packed.size < 150_000, `the package has ${packed.size} bytes`)

  await writeFile(join(project, 'package.json'), '{"name": "consumer", "private": true, "type": "module"}')
  run('npm', 'install', '--no-audit', '--no-fund', '--offline', `./${packed.filename}`)
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/@tenantry/client/package.json'), 'utf8'))
  assert.deepEqual([manifest.dependencies, manifest.version], [undefined, packed.version])
  for (const name of names.filter((one) => /\.(js|d\.ts)$/.test(one))) {
    assert.doesNotMatch(await readFile(join(project, 'node_modules/@tenantry/client', name), 'utf8'), /sourceMappingURL/, name)
  }
  assert.match(await readFile(join(root, 'src/transport.ts'), 'utf8'), new RegExp(`const version = '${manifest.version}'`))

  await copyFile(join(root, 'test/consumer.ts'), join(project, 'consumer.ts'))
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--outDir', join(project, 'out'), join(project, 'consumer.ts')]
  for (const [module, resolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    try { run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--module', module, '--moduleResolution', resolution, ...strict) } catch (e) { assert.fail(`${resolution}: ${e.stdout}`) }
  }
  assert.equal(run(process.execPath, '--input-type=module', '-e', 'import("@tenantry/client").then((m) => console.log(Object.keys(m).join()))').trim(),
    'Tenantry,TenantryConnectionError,TenantryError,WebhookVerificationError,verifyWebhook,versionOf')
})
