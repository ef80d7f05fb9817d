// What every page must hold, whatever it shows.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const widths = [1440, 768, 390]
const mostBytes = 60 * 1024

// watch notes what a page must never do, for as long as it lives: ask another origin, break
// its own policy, throw. allowed are further origins, of pages that are not ours, and
// expected is what the console of a browser says that is as it should be.
export function watch(page, origin, faults, { allowed = [], expected } = {}) {
  const origins = [origin, ...allowed]
  page.on('request', (request) => {
    const url = request.url()
    if (!origins.some((one) => url.startsWith(`${one}/`)) && !url.startsWith('data:')) faults.push(`${page.url()} asks ${url}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && !expected?.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
}

// look checks the page as it stands in three widths and both themes, and keeps pictures of it.
export async function look(page, name, { pictures, faults }) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of widths) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (wide > 0) faults.push(`${name} is ${wide} pixels wider than a window of ${width}`)
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    if (!await page.evaluate(() => !!window.axe)) await page.evaluate(axe)
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
    for (const v of violations) {
      const where = v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')}${n.any[0]?.message ? ` (${n.any[0].message})` : ''}`).join('; ')
      faults.push(`${name}, ${colorScheme}: ${v.id}: ${v.help}: ${where}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

// picture keeps a picture of the page for the manual: of a wide window, in the light theme,
// and no more of a long page than shows what it is.
export async function picture(page, path) {
  await page.setViewportSize({ width: 1200, height: 800 })
  const height = await page.evaluate(() => { window.scrollTo(0, 0); return document.documentElement.scrollHeight })
  await page.screenshot({ path, type: 'jpeg', quality: 60, fullPage: true, clip: { x: 0, y: 0, width: 1200, height: Math.min(height, 1100) } })
  await page.setViewportSize({ width: 1440, height: 900 })
}

const opens = '<!-- pages: made by tools/pages/run --update -->\n'
const closes = '<!-- end of pages -->'

// album returns the manual with every page listed, by the names of their pictures.
export function album(text, titles) {
  const [before, rest] = text.split(opens)
  const [, after] = (rest ?? '').split(closes)
  assert.ok(after !== undefined, 'docs/console.md has lost the place of its pictures')
  const rows = [...titles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, title]) => `| ${title.replace(/ · Tenantry$/, '').replaceAll('|', '\\|')} | ![${name}](console/${name}.jpg) |`)
  return `${before}${opens}| page | picture |\n| --- | --- |\n${rows.join('\n')}\n${closes}${after}`
}

// weigh loads the page's address anew, with nothing cached, and measures what is sent.
export async function weigh(page, name, faults) {
  const context = await page.context().browser().newContext({ storageState: await page.context().storageState() })
  try {
    const fresh = await context.newPage()
    const session = await context.newCDPSession(fresh)
    await session.send('Network.enable')
    let bytes = 0
    session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength })
    const answer = await fresh.goto(page.url())
    if (!answer || answer.request().method() !== 'GET') return
    if (bytes > mostBytes) faults.push(`${name} transfers ${Math.round(bytes / 1024)} kB, more than ${mostBytes / 1024}`)
    assert.ok(bytes > 0, `${name} transferred nothing`)
  } finally { await context.close() }
}
