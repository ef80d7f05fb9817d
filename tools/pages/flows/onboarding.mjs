// A merchant follows an onboarding link to the end, in English by one way and in Spanish by
// the language of the link, and the link is dead afterwards.
import assert from 'node:assert/strict'
import { answer, firstPlatform, setUp } from '../steps.mjs'

export async function run({ service, browse, look, script }) {
  const operator = await browse()
  await setUp(operator, service, script)
  const platform = await firstPlatform(operator)
  const as = { key: platform.key, customer: platform.id }
  const made = await service.call('POST', '/v3/customers', { ...as, body: { name: 'Blue Door Books', email: 'books@example.com', planKey: 'merchant' } })
  const id = (made.customer ?? made).id
  const mint = (body) => service.call('POST', `/v3/customers/${id}/onboarding-links`, { ...as, body: { returnUrl: `${service.url}/done`, refreshUrl: `${service.url}/again`, ...body } })
  const link = new URL((await mint({})).url)

  const person = await browse()
  await person.open(link.pathname)
  await look(person, 'onboarding-welcome')
  await person.press('Start')
  await person.see('What is needed')
  await look(person, 'onboarding-checklist')
  await person.follow('Start with the first step')

  // A step that is refused keeps what was typed, and says what is wrong beside the field.
  const seen = new Set()
  for (let i = 0; i < 40; i++) {
    const at = new URL(person.page.url()).pathname.split('/').pop()
    if (!(await person.page.locator('main form button.ob-go').count())) break
    if ((await person.page.locator('main form').getAttribute('action')).endsWith('/finish')) break
    if (!seen.has(at)) {
      seen.add(at)
      if (at === 'place' || at === 'business' || at === 'bank' || at === 'owners' || at === 'person' || at === 'deposits') await look(person, `onboarding-${at}`)
      if (at === 'person') {
        await answer(person)
        await person.fill('Date of birth', '2020-01-01')
        await person.press('Save and continue')
        await person.see('There is a problem')
        assert.equal(await person.field('Last name').inputValue(), 'Lane', 'what was typed is kept')
        await look(person, 'onboarding-refused')
      }
    }
    await answer(person)
    await person.press('Save and continue')
    if (await person.page.getByText('Everything is in').count()) break
  }
  await look(person, 'onboarding-done')
  assert.ok(!(await person.page.content()).includes('3456789'), 'a tax number is not shown again')

  // Nobody else can open the link, and it ends.
  const thief = await browse()
  await thief.open(link.pathname)
  await thief.see('This link was opened already')
  await look(thief, 'onboarding-opened')
  await person.press('Finish')
  await person.see('Thank you, that is all')
  await person.open(link.pathname)
  await person.seeNot('What is needed')

  const status = await service.call('GET', `/v3/customers/${id}/plan-status`, as)
  const due = (status.requirements ?? []).filter((r) => r.state === 'due')
  assert.deepEqual(due.map((r) => r.code), [], 'nothing is due any more')

  // In the other language, on a phone.
  const other = await service.call('POST', '/v3/customers', { ...as, body: { name: 'Libros Azules', email: 'libros@example.com', planKey: 'merchant' } })
  const spanish = await service.call('POST', `/v3/customers/${(other.customer ?? other).id}/onboarding-links`, { ...as, body: { returnUrl: `${service.url}/done`, refreshUrl: `${service.url}/again`, locale: 'es' } })
  const phone = await browse({ viewport: { width: 390, height: 844 }, hasTouch: true })
  await phone.open(new URL(spanish.url).pathname)
  await phone.press('Empezar')
  await look(phone, 'onboarding-spanish')
}
