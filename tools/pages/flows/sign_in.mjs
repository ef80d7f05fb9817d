// The first minute: the link that serve printed, the operator's first user, signing out and in.
import assert from 'node:assert/strict'
import { password, signIn } from '../steps.mjs'

export async function run({ service, browse, look, script }) {
  const person = await browse()
  await person.open('/')
  await person.see('Set up this installation')

  const path = service.setupPath()
  const token = async (who) => { if (!script) await who.fill('One-time token', path.split('#')[1]) } // pasted by hand
  await person.open(path)
  await token(person)
  await look(person, 'setup')
  await person.fill('Name of the operator', 'Northwind Payments')
  await person.fill('E-mail of the operator', 'operations@example.com')
  await person.fill('Your user name', 'ada')
  await person.fill('Password', 'short')
  await person.fill('Password once more', 'short')
  await person.press('Set up and sign in')
  await person.see('There is a problem')
  assert.equal(await person.field('Your user name').inputValue(), 'ada', 'what was typed is kept')
  await look(person, 'setup-refused')
  await person.fill('Password', password)
  await person.fill('Password once more', password)
  await person.press('Set up and sign in')
  await person.see('Create the first platform')
  await look(person, 'welcome')

  // The link works once.
  const other = await browse()
  await other.open(path)
  await token(other)
  await other.fill('Your user name', 'mallory')
  await other.fill('Password', password)
  await other.fill('Password once more', password)
  await other.press('Make the administrator')
  await other.see('There is a problem')

  await other.open('/console')
  await look(other, 'sign-in')
  await other.fill('User name', 'mallory')
  await other.fill('Password', password)
  await other.press('Sign in')
  await other.see('There is a problem')
  await look(other, 'sign-in-refused')
  await signIn(other, 'ada')
  await other.see('What waits')
  await look(other, 'home-empty')

  // Sessions are listed, and one ends another.
  await other.open('/console/me')
  await look(other, 'me')
  await other.press('End', { row: 'This one', not: true })
  await person.open('/console')
  await person.see('To the console of this installation.')
  await other.open('/console')
  await other.see('What waits')
}
