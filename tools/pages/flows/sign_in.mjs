// The first minute: the link that serve printed, the operator's first user, signing out and in.
import assert from 'node:assert/strict'

export async function run({ service, browse, look, script }) {
  const person = await browse()
  await person.open('/')
  await look(person, 'welcome')

  const path = service.setupPath()
  await person.open(path)
  // Without script, the token behind the # is pasted by hand.
  if (!script) await person.fill('One-time token', path.split('#')[1])
  await look(person, 'setup')
  await person.fill('Name of the operator', 'Northwind Payments')
  await person.fill('E-mail of the operator', 'operations@example.com')
  await person.fill('Your user name', 'ada')
  await person.fill('Password', 'short')
  await person.fill('Password once more', 'short')
  await person.press('Set up and sign in')
  assert.equal(await person.field('Your user name').inputValue(), 'ada', 'what was typed is kept')
  await look(person, 'setup-refused')
  if (!script) await person.fill('One-time token', path.split('#')[1])
  await person.fill('Password', 'copper lantern orbit seven')
  await person.fill('Password once more', 'copper lantern orbit seven')
  await person.press('Set up and sign in')
  await person.see('Northwind Payments')
  await look(person, 'first-platform')

  const other = await browse()
  await other.open(path)
  if (!script) await other.fill('One-time token', path.split('#')[1]).catch(() => {})
  await other.seeNot('Northwind Payments')

  await other.open('/console')
  await look(other, 'sign-in')
  await other.fill('User name', 'ada')
  await other.fill('Password', 'not the password of ada')
  await other.press('Sign in')
  await look(other, 'sign-in-refused')
  await other.fill('Password', 'copper lantern orbit seven')
  await other.press('Sign in')
  await other.see('Northwind Payments')
  await look(other, 'home')
}
