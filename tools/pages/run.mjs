#!/usr/bin/env node
// Drives every flow in flows/ three ways, by mouse, by keyboard alone and without script, and
// looks at its pages; README.md says more.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { album, look, picture, watch, weigh } from './look.mjs'
import { Person } from './person.mjs'
import { Service } from './service.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const { values: flags } = parseArgs({ options: {
  only: { type: 'string', multiple: true }, way: { type: 'string', multiple: true }, pictures: { type: 'string' },
  binary: { type: 'string' }, jobs: { type: 'string' }, update: { type: 'boolean' },
} })

if (flags.update && (flags.only || flags.way)) throw new Error('--update makes all pictures: leave --only and --way out')
const browserPath = ['/usr/bin/chromium', '/usr/bin/google-chrome', process.env.CHROME ?? ''].find((path) => path && existsSync(path))
if (!browserPath) throw new Error('install the package chromium, or name a browser in CHROME')

// ways are how a person may come: the pages must serve all of them.
const ways = {
  mouse: { keyboard: false, script: true },
  keyboard: { keyboard: true, script: true },
  plain: { keyboard: false, script: false },
}

const work = join(here, 'work')
await mkdir(work, { recursive: true })
const binary = flags.binary ? resolve(flags.binary) : join(work, 'tenantry')
if (!flags.binary) execFileSync('go', ['build', '-o', binary, './cmd/tenantry'], { cwd: root, stdio: 'inherit' })
const pictures = flags.pictures && resolve(flags.pictures)
if (pictures) await mkdir(pictures, { recursive: true })
// The page of the manual that shows every page, and where its pictures are.
const manual = join(root, 'docs', 'console.md')
const kept = join(root, 'docs', 'console')
if (flags.update) {
  await rm(kept, { recursive: true, force: true })
  await mkdir(kept)
}

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

const listed = []
for (const file of (await readdir(join(here, 'flows'))).sort()) {
  const name = file.replace(/\.mjs$/, '')
  if (flags.only && !flags.only.includes(name)) continue
  const flow = await import(join(here, 'flows', file))
  for (const way of flow.ways ?? Object.keys(ways)) {
    if (!flags.way || flags.way.includes(way)) listed.push({ flow, name, way })
  }
}
// The ways that look at pages take longest, so they begin.
listed.sort((a, b) => (b.way === 'mouse') - (a.way === 'mouse'))

const failed = []
// titles are those of the pages that were looked at, by the names of their pictures.
const titles = new Map()

// drive runs a flow one way and returns what is wrong.
async function drive({ flow, name, way }) {
  const how = ways[way]
  const faults = []
  const contexts = []
  let service
  let prepared
  try {
    // What a flow needs beside the service, such as a provider of reviews.
    prepared = await flow.prepare?.({ root, work })
    service = await Service.start(binary, { ...flow, settings: { ...flow.settings, ...prepared?.settings } })
    // browse returns a person at a new browser, who shares nothing with the others.
    const browse = async ({ allowed, expected, ...options } = {}) => {
      const context = await browser.newContext({ javaScriptEnabled: how.script, locale: 'en-US', baseURL: service.url, viewport: { width: 1440, height: 900 }, ...options })
      context.setDefaultTimeout(15_000)
      contexts.push(context)
      const page = await context.newPage()
      watch(page, service.url, faults, { allowed, expected })
      return new Person(page, { keyboard: how.keyboard, base: service.base })
    }
    const see = async (person, name) => {
      if (way !== 'mouse') return
      if (!flow.unlisted) titles.set(name, await person.page.title())
      await look(person.page, name, { pictures, faults })
      if (flags.update && !flow.unlisted) await picture(person.page, join(kept, `${name}.jpg`))
      await weigh(person.page, name, faults)
    }
    await flow.run({ service, browse, look: see, way, script: how.script, prepared })
  } catch (error) {
    for (const [n, page] of contexts.flatMap((context) => context.pages()).entries()) {
      await page.screenshot({ path: join(work, `failed-${name}-${way}-${n}.png`), fullPage: true }).catch(() => {})
    }
    const pages = contexts.flatMap((context) => context.pages().map((page) => page.url()))
    faults.push(`${error.stack}\nat ${pages.join(', ')}; pictures in tools/pages/work/`)
  }
  for (const context of contexts) await context.close()
  await service?.stop()
  await prepared?.close?.()
  return faults
}

const began = Date.now()
const waiting = [...listed]
const drivers = Array.from({ length: Number(flags.jobs ?? Math.min(3, availableParallelism())) }, async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const started = Date.now()
    const faults = await drive(next)
    console.log(`${faults.length ? 'FAIL' : 'ok'}\t${next.name}, ${next.way}\t${((Date.now() - started) / 1000).toFixed(1)}s`)
    for (const fault of new Set(faults)) console.log(`  ${fault.replaceAll('\n', '\n  ')}`)
    if (faults.length) failed.push(`${next.name}, ${next.way}`)
  }
})
try { await Promise.all(drivers) } finally { await browser.close() }
if (flags.update) await writeFile(manual, album(await readFile(manual, 'utf8'), titles))
if (!flags.only && (!flags.way || flags.way.includes('mouse'))) {
  const shown = new Set([...(await readFile(manual, 'utf8')).matchAll(/!\[([\w-]+)\]\(console\/\1\.jpg\)/g)].map(([, name]) => name))
  const there = new Set((await readdir(kept)).map((name) => name.replace(/\.jpg$/, '')))
  const odd = [...new Set([...titles.keys(), ...shown, ...there])].filter((name) => !titles.has(name) || !shown.has(name) || !there.has(name))
  if (odd.length) {
    console.log(`FAIL\tdocs/console.md, its pictures and the pages that there are differ by ${odd.join(', ')}: run tools/pages/run --update`)
    failed.push('docs/console.md')
  }
}
console.log(`${listed.length} flows, ${titles.size} pages looked at, ${failed.length} failed, ${((Date.now() - began) / 1000).toFixed(0)}s`)
process.exitCode = failed.length || !listed.length ? 1 : 0
