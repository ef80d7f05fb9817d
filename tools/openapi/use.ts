// A use of the generated types that fails to compile if they lose what they say.
import type { components, operations, paths } from './schema'

type Customer = components['schemas']['Customer']
type Created = operations['createCustomer']['responses'][201]['content']['application/json']

export function name(customer: Customer): string { return customer.name }
export function body(): operations['createCustomer']['requestBody']['content']['application/json'] {
  return { name: 'Harbor Lane Bicycles', email: 'books@harborlane.example', planKey: 'merchant' }
}
export function keys(made: Created): string | undefined { return 'keys' in made ? made.keys?.secret : undefined }
export type List = paths['/v3/customers']['get']
