import * as resources from './resources.js'
import { Transport, type Answer, type ClientOptions, type RawRequest } from './transport.js'

export { versionOf, type List, type ListOf } from './caller.js'
export { TenantryConnectionError, TenantryError, WebhookVerificationError, type ErrorCode, type ErrorDetails } from './errors.js'
export type { StreamedEvent } from './stream.js'
export type { Answer, ClientOptions, RawRequest } from './transport.js'
export type * from './types.js'
export { verifyWebhook, type ReceivedMessage } from './webhooks.js'
export type { components, operations, paths } from './schema.js'

/** A client of the native API of an installation. */
export class Tenantry {
  readonly #transport: Transport

  readonly access: resources.Access
  readonly activities: resources.Activities
  readonly banks: resources.Banks
  readonly cards: resources.Cards
  readonly customers: resources.Customers
  readonly documents: resources.Documents
  readonly events: resources.Events
  readonly identity: resources.IdentityReviews
  readonly invitations: resources.Invitations
  readonly keys: resources.Keys
  readonly onboarding: resources.OnboardingLinks
  readonly owners: resources.Owners
  readonly payers: resources.Payers
  readonly plans: resources.Plans
  readonly service: resources.Service
  readonly settings: resources.Settings
  readonly tokens: resources.Tokens
  readonly users: resources.Users
  readonly webhooks: resources.Webhooks

  constructor(options: ClientOptions | Transport) {
    const transport = options instanceof Transport ? options : new Transport(options)
    this.#transport = transport
    this.access = new resources.Access(transport)
    this.activities = new resources.Activities(transport)
    this.banks = new resources.Banks(transport)
    this.cards = new resources.Cards(transport)
    this.customers = new resources.Customers(transport)
    this.documents = new resources.Documents(transport)
    this.events = new resources.Events(transport)
    this.identity = new resources.IdentityReviews(transport)
    this.invitations = new resources.Invitations(transport)
    this.keys = new resources.Keys(transport)
    this.onboarding = new resources.OnboardingLinks(transport)
    this.owners = new resources.Owners(transport)
    this.payers = new resources.Payers(transport)
    this.plans = new resources.Plans(transport)
    this.service = new resources.Service(transport)
    this.settings = new resources.Settings(transport)
    this.tokens = new resources.Tokens(transport)
    this.users = new resources.Users(transport)
    this.webhooks = new resources.Webhooks(transport)
  }

  /** Returns a client with the same key that acts for another customer: one below the owner of the key. */
  as(customer: string): Tenantry { return new Tenantry(this.#transport.as(customer)) }

  /** Sends any request of the service, with the key, the repeats and the errors of this client. */
  request(request: RawRequest): Promise<Answer> { return this.#transport.send(request) }
}
