// A person at a page, who acts by mouse or by keyboard alone, with script or without.
import assert from 'node:assert/strict'

const mostTabs = 400

export class Person {
  constructor(page, { keyboard = false, base = '' } = {}) {
    this.page = page
    this.keyboard = keyboard
    this.base = base
  }

  // inside returns the same person at a frame of the page.
  inside(selector) {
    const there = new Person(this.page, this)
    there.frame = this.page.frameLocator(selector)
    return there
  }

  // open goes to a path of the service, or to an address as it stands in a link.
  async open(path) {
    const answer = await this.page.goto(path.startsWith('http') ? path : this.base + path)
    // A fragment alone loads nothing.
    if (answer) assert.ok(answer.status() < 500, `${path} answers ${answer.status()}`)
  }

  // field returns the field with a label, as 'Label' or 'Group / Label'; that it is optional
  // may stand behind it.
  field(name) {
    const [label, title] = name.split(' / ').reverse()
    const within = title ? this.group(title) : this.within()
    const exactly = (text) => within.getByLabel(text, { exact: true })
    return exactly(label).or(exactly(`${label} (optional)`)).or(exactly(`${label} (opcional)`))
  }

  group(title) { return this.within().getByRole('group', { name: title, exact: true }) }

  // unfoldGroup opens a group of fields that is shown on demand.
  async unfoldGroup(name) {
    if (!name.includes(' / ')) return
    const folded = this.group(name.split(' / ')[0]).locator('details:not([open]) > summary')
    if (await folded.count()) await this.act(folded.first())
  }

  // within returns the open dialog, if there is one, and the page otherwise: nothing else
  // can be reached.
  within() { return this.dialog ?? this.root() }

  root() { return this.frame ?? this.page }

  // reach brings the focus to an element by the Tab key alone.
  async reach(element) {
    await element.waitFor({ state: 'visible' })
    // What surely lies in between is passed without looking at each.
    const between = await element.evaluate((e) => {
      const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
        .filter((one) => !one.disabled && one.type !== 'radio' && one.tabIndex >= 0 && one.checkVisibility())
      const from = stops.indexOf(document.activeElement)
      return from < 0 ? 0 : stops.indexOf(e) - from - 1
    })
    for (let i = 0; i < between; i++) await this.page.keyboard.press('Tab')
    for (let i = 0; i < mostTabs; i++) {
      if (await element.evaluate((e) => e === document.activeElement)) return
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`the Tab key does not reach ${element}`)
  }

  async fill(label, text) {
    await this.unfoldGroup(label)
    const field = this.field(label)
    if (!this.keyboard) return field.fill(text)
    await this.reach(field)
    if ((await field.getAttribute('type')) === 'date') {
      // A date is typed part by part, as the browser's language orders them.
      for (let i = 0; i < 2; i++) await this.page.keyboard.press('ArrowLeft')
      const [year, month, day] = text.split('-')
      await this.page.keyboard.type(month + day + year)
    } else {
      await this.page.keyboard.press('ControlOrMeta+a')
      await this.page.keyboard.press('Delete')
      await this.page.keyboard.insertText(text)
    }
    assert.equal(await field.inputValue(), text, `what was typed into ${label}`)
  }

  async choose(label, option) {
    await this.unfoldGroup(label)
    const field = this.field(label)
    if (!this.keyboard) return field.selectOption({ label: option })
    await this.reach(field)
    const chosen = () => field.evaluate((e) => e.selectedOptions[0]?.label.trim())
    const options = await field.locator('option').count()
    await this.page.keyboard.press('Home')
    for (let i = 0; i < options && (await chosen()) !== option; i++) await this.page.keyboard.press('ArrowDown')
    assert.equal(await chosen(), option, `what the arrow keys choose in ${label}`)
  }

  // tick switches a check box or a radio button on.
  async tick(label) {
    const box = this.field(label)
    if (await box.isChecked()) return
    if (!this.keyboard) return box.check()
    if ((await box.getAttribute('type')) === 'radio') {
      const name = await box.getAttribute('name')
      const group = this.within().locator(`input[type=radio][name="${name}"]`)
      const checked = this.within().locator(`input[type=radio][name="${name}"]:checked`)
      await this.reach((await checked.count()) ? checked : group.first())
      await this.page.keyboard.press('Space')
      for (let i = 0; i < await group.count() && !(await box.isChecked()); i++) await this.page.keyboard.press('ArrowDown')
    } else {
      await this.reach(box)
      await this.page.keyboard.press('Space')
    }
    assert.ok(await box.isChecked(), `${label} is ticked`)
  }

  async attach(label, file) {
    const field = this.field(label)
    if (this.keyboard) await this.reach(field)
    await field.setInputFiles(file) // the file dialog is the system's
  }

  // press presses a button; with row, the one in the table's row that holds the text, or
  // with not the one that does not.
  async press(name, { row, not } = {}) {
    const within = row ? this.within().getByRole('row').filter(not ? { hasNotText: row } : { hasText: row }) : this.within()
    return this.act(within.getByRole('button', { name, exact: true }).first())
  }

  async follow(name, options = {}) { return this.act(this.within().getByRole('link', { name, exact: true, ...options }).first()) }

  // unfold opens a details element by its summary.
  async unfold(name) {
    const summaries = this.within().locator('summary')
    return this.act(summaries.filter({ hasText: name }).or(this.within().locator(`summary[aria-label="${name}"]`)).first())
  }

  async act(element) {
    // What is done in a frame leads to another page of the frame.
    const moved = this.frame && this.page.waitForEvent('framenavigated', (frame) => frame.parentFrame())
    if (!this.keyboard) await element.click()
    else {
      await this.reach(element)
      await element.press('Enter') // waits, as a click does, for the page that it leads to
    }
    await (moved ? (await moved).waitForLoadState() : this.page.waitForLoadState())
  }

  // confirm presses the button of the page or dialog that asks once more. With script it is
  // a dialog over the page, without a page of its own.
  async confirm(name) {
    const open = this.root().locator('dialog[open]')
    await this.root().getByRole('button', { name, exact: true }).first().waitFor()
    this.dialog = (await open.count()) ? open : undefined
    try { await this.press(name) } finally { this.dialog = undefined }
  }

  // see waits for a text that a person can see.
  async see(text) { await this.root().getByText(text).filter({ visible: true }).first().waitFor() }

  async seeNot(text) { assert.equal(await this.root().getByText(text).filter({ visible: true }).count(), 0, `${text} can be seen`) }

  // text returns what an element shows, found by its data-test attribute or a selector.
  async text(selector) { return (await this.root().locator(selector).first().innerText()).trim() }
}
