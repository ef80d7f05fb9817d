#!/usr/bin/env node
// Drives every flow in flows/ three ways, by mouse, by keyboard alone and without script, and
// looks at its pages; README.md says more.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { look, watch, weigh } from './look.mjs'
import { Person } from './person.mjs'
import { Service } from './service.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const { values: flags } = parseArgs({ options: {
  only: { type: 'string', multiple: true }, way: { type: 'string', multiple: true }, pictures: { type: 'string' },
  binary: { type: 'string' }, update: { type: 'boolean' },
} })

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
const binary = flags.binary ?? join(work, 'tenantry')
if (!flags.binary) execFileSync('go', ['build', '-o', binary, './cmd/tenantry'], { cwd: root, stdio: 'inherit' })
const pictures = flags.update ? join(root, 'docs', 'console') : flags.pictures && resolve(flags.pictures)
if (pictures) await mkdir(pictures, { recursive: true })

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

const failed = []
let flows = 0
let looks = 0
try {
  for (const file of (await readdir(join(here, 'flows'))).sort()) {
    const flow = await import(join(here, 'flows', file))
    const name = file.replace(/\.mjs$/, '')
    if (flags.only && !flags.only.includes(name)) continue
    for (const [way, how] of Object.entries(ways)) {
      if (flags.way && !flags.way.includes(way)) continue
      const faults = []
      const service = await Service.start(binary, flow.settings)
      const contexts = []
      const began = Date.now()
      // browse returns a person at a new browser, who shares nothing with the others.
      const browse = async (options = {}) => {
        const context = await browser.newContext({ javaScriptEnabled: how.script, locale: 'en-US', baseURL: service.url, viewport: { width: 1440, height: 900 }, ...options })
        context.setDefaultTimeout(10_000)
        contexts.push(context)
        const page = await context.newPage()
        watch(page, service.url, faults)
        return new Person(page, { keyboard: how.keyboard, base: service.base })
      }
      const see = async (person, picture) => {
        if (way !== 'mouse') return
        looks++
        await look(person.page, picture, { pictures, faults })
        await weigh(person.page, picture, faults)
      }
      try {
        await flow.run({ service, browse, look: see, way, script: how.script })
      } catch (error) {
        for (const context of contexts) {
          for (const [i, page] of context.pages().entries()) await page.screenshot({ path: join(work, `failed-${name}-${way}-${i}.png`), fullPage: true }).catch(() => {})
        }
        const pages = contexts.flatMap((context) => context.pages().map((page) => page.url()))
        faults.push(`${error.stack}\nat ${pages.join(', ')}; pictures in tools/pages/work/`)
      }
      for (const context of contexts) await context.close()
      await service.stop()
      flows++
      console.log(`${faults.length ? 'FAIL' : 'ok'}\t${name}, ${way}\t${((Date.now() - began) / 1000).toFixed(1)}s`)
      for (const fault of new Set(faults)) console.log(`  ${fault.replaceAll('\n', '\n  ')}`)
      if (faults.length) failed.push(`${name}, ${way}`)
    }
  }
} finally {
  await browser.close()
}
console.log(`${flows} flows, ${looks} pages looked at, ${failed.length} failed`)
process.exitCode = failed.length || !flows ? 1 : 0
