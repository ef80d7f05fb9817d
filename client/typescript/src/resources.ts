import { linesOf, List, Resource, type ListOf, type ListOptions } from './caller.js'
import { TenantryConnectionError } from './errors.js'
import { follow, type StreamedEvent } from './stream.js'
import { newIdempotencyKey, pause, type RawRequest } from './transport.js'
import type { Activity, Bank, Body, BulkLine, BulkResult, BulkSummary, CallOptions, Card, CreatedCustomer, Customer, CustomerChange, CustomerInput, Document, Event, Identity, Key, Options, Owner, Payer, PlanStatus, Result, Schemas, User, Webhook } from './types.js'

/** The hierarchy of customers: platforms, merchants and payers. */
export class Customers extends Resource {
  /** Creates a customer below the one acted for, with everything nested in it and its first pair of keys. */
  create(body: CustomerInput, options?: Options<'post', '/v3/customers'>): Promise<CreatedCustomer> {
    return this.call('post', '/v3/customers', { body, options })
  }

  /**
   * Creates many customers and returns an answer for each, in their order, and the summary, which has `object: 'bulk'`, at the end.
   * Lines without an `idempotencyKey` get one, so that an answer that is cut is asked for again and nobody is made twice.
   */
  bulk(lines: Iterable<BulkLine> | AsyncIterable<BulkLine>, options: Options<'post', '/v3/customers/bulk'> = {}): AsyncGenerator<BulkResult | BulkSummary, void, undefined> {
    const { signal, ...query } = options
    return bulkOf(lines, (body) => {
      const request: RawRequest = { method: 'post', path: '/v3/customers/bulk', query, headers: { 'Content-Type': 'application/x-ndjson', Accept: 'application/x-ndjson' }, body, harmless: true }
      if (signal) request.signal = signal
      return this.transport.stream(request)
    }, signal)
  }

  /** Reads a customer, sensitive values masked. `versionOf` tells its version. */
  get(id: string, options?: Options<'get', '/v3/customers/{id}'>): Promise<Customer> {
    return this.call('get', '/v3/customers/{id}', { path: { id }, options })
  }

  /** Returns the version of a customer without reading it. */
  async version(id: string, options?: CallOptions): Promise<string> {
    return (await this.send('head', '/v3/customers/{id}', { path: { id }, options })).headers.get('ETag') ?? ''
  }

  /** Reads a customer with its tax, account and passport numbers, which needs a reason and is in the audit trail. */
  unmasked(id: string, options: Options<'get', '/v3/customers/{id}/unmasked'> & { reason: string }): Promise<Customer> {
    return this.call('get', '/v3/customers/{id}/unmasked', { path: { id }, options })
  }

  /** Changes what the body names; null removes a value. */
  update(id: string, body: CustomerChange, options?: Options<'put', '/v3/customers/{id}'>): Promise<Customer> {
    return this.call('put', '/v3/customers/{id}', { path: { id }, body, options })
  }

  delete(id: string, options?: Options<'delete', '/v3/customers/{id}'>): Promise<void> {
    return this.none('delete', '/v3/customers/{id}', { path: { id }, options })
  }

  /** Lists the customers directly below, newest first; with `deep` everyone below. */
  list(options?: ListOptions<'/v3/customers'>): ListOf<'/v3/customers'> { return this.rows('/v3/customers', { options }) }

  /** Counts the customers below by status, review, plan and what is missing. */
  summary(options?: Options<'get', '/v3/customers/summary'>): Promise<Schemas['CustomerSummary']> {
    return this.call('get', '/v3/customers/summary', { options })
  }

  /** Reads what the plan of a customer still needs. */
  planStatus(id: string, options?: Options<'get', '/v3/customers/{id}/plan-status'>): Promise<PlanStatus> {
    return this.call('get', '/v3/customers/{id}/plan-status', { path: { id }, options })
  }

  /** Returns the planStatus that a change would lead to, and changes nothing. */
  previewChange(id: string, body: CustomerChange, options?: Options<'post', '/v3/customers/{id}/plan-status/preview'>): Promise<Result<'post', '/v3/customers/{id}/plan-status/preview'>> {
    return this.call('post', '/v3/customers/{id}/plan-status/preview', { path: { id }, body, options })
  }

  /** Returns the planStatus that a new customer would have, and creates nobody. */
  preview(body: CustomerInput, options?: Options<'post', '/v3/plan-status/preview'>): Promise<Result<'post', '/v3/plan-status/preview'>> {
    return this.call('post', '/v3/plan-status/preview', { body, options })
  }
}

/** The settings of a customer by themselves. */
export class Settings extends Resource {
  async get(id: string, options?: CallOptions): Promise<Schemas['Settings'] | undefined> {
    return (await this.call('get', '/v3/customers/{id}', { path: { id }, options })).settings
  }

  /** Changes the settings that the body names; null removes one. */
  async update(id: string, body: Schemas['SettingsInput'], options?: Options<'put', '/v3/customers/{id}'>): Promise<Schemas['Settings'] | undefined> {
    return (await this.call('put', '/v3/customers/{id}', { path: { id }, body: { settings: body }, options })).settings
  }
}

/** The plans that may be assigned. */
export class Plans extends Resource {
  list(options?: CallOptions): ListOf<'/v3/plans'> { return this.rows('/v3/plans', { options }) }

  /** Returns all that a plan asks of a customer of a kind. */
  requirements(key: string, options?: Options<'get', '/v3/plans/{key}/requirements'>): Promise<Schemas['PlanRequirements']> {
    return this.call('get', '/v3/plans/{key}/requirements', { path: { key }, options })
  }
}

/** Keys of a customer. */
export class Keys extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/keys'> { return this.rows('/v3/customers/{id}/keys', { path: { id }, options }) }

  /** Makes a restricted key, which is shown this once. */
  create(id: string, body: Body<'post', '/v3/customers/{id}/keys'>, options?: Options<'post', '/v3/customers/{id}/keys'>): Promise<Schemas['MintedKey']> {
    return this.call('post', '/v3/customers/{id}/keys', { path: { id }, body, options })
  }

  /** Makes a new pair, shown this once; the present pair works for the grace period. */
  rotate(id: string, body: Schemas['RotateInput'] = {}, options?: Options<'post', '/v3/customers/{id}/keys/rotate'>): Promise<Schemas['RotatedKeys']> {
    return this.call('post', '/v3/customers/{id}/keys/rotate', { path: { id }, body, options })
  }

  /** Ends a key; with `cascade` also what was made with it. */
  revoke(id: string, keyId: string, options?: Options<'delete', '/v3/customers/{id}/keys/{kid}'>): Promise<Key> {
    return this.call('delete', '/v3/customers/{id}/keys/{kid}', { path: { id, kid: keyId }, options })
  }

  /** Ends the key that this client uses. */
  revokeOwn(options?: Options<'delete', '/v3/keys/current'>): Promise<Key> { return this.call('delete', '/v3/keys/current', { options }) }
}

/** Bank accounts, and the micro-deposits that verify them. */
export class Banks extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/banks'> { return this.rows('/v3/customers/{id}/banks', { path: { id }, options }) }

  create(id: string, body: Schemas['BankInput'], options?: Options<'post', '/v3/customers/{id}/banks'>): Promise<Bank> {
    return this.call('post', '/v3/customers/{id}/banks', { path: { id }, body, options })
  }

  get(id: string, bankId: string, options?: CallOptions): Promise<Bank> {
    return this.call('get', '/v3/customers/{id}/banks/{bid}', { path: { id, bid: bankId }, options })
  }

  update(id: string, bankId: string, body: Schemas['BankChange'], options?: Options<'put', '/v3/customers/{id}/banks/{bid}'>): Promise<Bank> {
    return this.call('put', '/v3/customers/{id}/banks/{bid}', { path: { id, bid: bankId }, body, options })
  }

  setDefault(id: string, bankId: string, options?: Options<'put', '/v3/customers/{id}/banks/{bid}/default'>): Promise<Bank> {
    return this.call('put', '/v3/customers/{id}/banks/{bid}/default', { path: { id, bid: bankId }, options })
  }

  /** Starts two deposits to a bank, whose amounts prove that it is the customer's. */
  startDrops(id: string, bankId: string, options?: Options<'post', '/v3/customers/{id}/banks/{bid}/drops'>): Promise<Bank> {
    return this.call('post', '/v3/customers/{id}/banks/{bid}/drops', { path: { id, bid: bankId }, options })
  }

  /** Reads the amounts of the deposits, for whoever sends them. */
  dropAmounts(id: string, bankId: string, options?: CallOptions): Promise<Schemas['Drops']> {
    return this.call('get', '/v3/customers/{id}/banks/{bid}/drops', { path: { id, bid: bankId }, options })
  }

  /** Confirms the two amounts, in whole cents. */
  confirmDrops(id: string, bankId: string, amounts: [string, string], options?: Options<'put', '/v3/customers/{id}/banks/{bid}/drops'>): Promise<Bank> {
    return this.call('put', '/v3/customers/{id}/banks/{bid}/drops', { path: { id, bid: bankId }, body: { amounts }, options })
  }

  /** Notes that the deposits were sent. */
  markDropsSent(id: string, bankId: string, options?: Options<'put', '/v3/customers/{id}/banks/{bid}/drops/sent'>): Promise<Bank> {
    return this.call('put', '/v3/customers/{id}/banks/{bid}/drops/sent', { path: { id, bid: bankId }, options })
  }

  /** Lists the deposits that are due, for the operator. */
  dueDrops(options?: ListOptions<'/v3/drops'>): ListOf<'/v3/drops'> { return this.rows('/v3/drops', { options }) }

  /** Returns a page of the deposits that are due as CSV, account numbers in full: it needs a reason and is in the audit trail. `nextCursor` continues it. */
  async dueDropsCSV(options: Options<'get', '/v3/drops'> & { reason: string }): Promise<{ text: string; nextCursor: string | undefined }> {
    const { body, headers } = await this.send('get', '/v3/drops', { options: { ...options, format: 'csv' }, accept: 'text/csv' })
    return { text: new TextDecoder().decode(body), nextCursor: headers.get('X-Next-Cursor') ?? undefined }
  }
}

/** Payment cards, by token. */
export class Cards extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/cards'> { return this.rows('/v3/customers/{id}/cards', { path: { id }, options }) }

  create(id: string, body: Schemas['CardInput'], options?: Options<'post', '/v3/customers/{id}/cards'>): Promise<Card> {
    return this.call('post', '/v3/customers/{id}/cards', { path: { id }, body, options })
  }

  get(id: string, cardId: string, options?: CallOptions): Promise<Card> {
    return this.call('get', '/v3/customers/{id}/cards/{cid}', { path: { id, cid: cardId }, options })
  }

  update(id: string, cardId: string, body: Schemas['CardChange'], options?: Options<'put', '/v3/customers/{id}/cards/{cid}'>): Promise<Card> {
    return this.call('put', '/v3/customers/{id}/cards/{cid}', { path: { id, cid: cardId }, body, options })
  }

  delete(id: string, cardId: string, options?: Options<'delete', '/v3/customers/{id}/cards/{cid}'>): Promise<void> {
    return this.none('delete', '/v3/customers/{id}/cards/{cid}', { path: { id, cid: cardId }, options })
  }
}

/** What a platform's own ledger reports of a customer. */
export class Activities extends Resource {
  list(id: string, options?: ListOptions<'/v3/customers/{id}/activities'>): ListOf<'/v3/customers/{id}/activities'> {
    return this.rows('/v3/customers/{id}/activities', { path: { id }, options })
  }

  create(id: string, body: Schemas['ActivityInput'], options?: Options<'post', '/v3/customers/{id}/activities'>): Promise<Activity> {
    return this.call('post', '/v3/customers/{id}/activities', { path: { id }, body, options })
  }
}

/** People who sign in. */
export class Users extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/users'> { return this.rows('/v3/customers/{id}/users', { path: { id }, options }) }

  create(id: string, body: Schemas['UserInput'], options?: Options<'post', '/v3/customers/{id}/users'>): Promise<User> {
    return this.call('post', '/v3/customers/{id}/users', { path: { id }, body, options })
  }

  /** Changes a user; with `cascade`, disabling one ends what that user has made. */
  update(id: string, userId: string, body: Schemas['UserChange'], options?: Options<'patch', '/v3/customers/{id}/users/{uid}'>): Promise<User> {
    return this.call('patch', '/v3/customers/{id}/users/{uid}', { path: { id, uid: userId }, body, options })
  }

  /** Returns who is signed in, by the access token that is the key of this client. */
  own(options?: CallOptions): Promise<Schemas['OwnUser']> { return this.call('get', '/v3/users/me', { options }) }

  /** Changes the password of who is signed in. Every token of that user ends; the answer holds a new one. */
  changeOwnPassword(body: Schemas['OwnPassword'], options?: Options<'put', '/v3/users/me/password'>): Promise<Schemas['AccessToken']> {
    return this.call('put', '/v3/users/me/password', { body, options })
  }
}

/** People who were invited to sign in. */
export class Invitations extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/users/invitations'> {
    return this.rows('/v3/customers/{id}/users/invitations', { path: { id }, options })
  }

  /** Makes a link, shown this once, at which a person sets a password. */
  create(id: string, body: Schemas['InvitationInput'], options?: Options<'post', '/v3/customers/{id}/users/invitations'>): Promise<Schemas['Invited']> {
    return this.call('post', '/v3/customers/{id}/users/invitations', { path: { id }, body, options })
  }

  end(id: string, invitationId: string, options?: Options<'delete', '/v3/customers/{id}/users/invitations/{iid}'>): Promise<void> {
    return this.none('delete', '/v3/customers/{id}/users/invitations/{iid}', { path: { id, iid: invitationId }, options })
  }

  /** Sets the password of an invited person, by what the link ends with. */
  accept(body: Schemas['InvitationAcceptance'], options?: CallOptions): Promise<Schemas['AcceptedUser']> {
    return this.call('post', '/v3/invitations/accept', { body, options, keyless: true, open: true })
  }
}

/** Evidence of identity. */
export class Documents extends Resource {
  /** Lists the documents of a customer; with `deep` also those of everyone below. */
  list(id: string, options?: ListOptions<'/v3/customers/{id}/documents'>): ListOf<'/v3/customers/{id}/documents'> {
    return this.rows('/v3/customers/{id}/documents', { path: { id }, options })
  }

  /** Uploads a file: JPEG or PNG, for a business also PDF, up to 10 MiB. */
  create(id: string, { documentType, ownerId, file }: { documentType: Schemas['DocumentType']; ownerId?: string; file: Blob }, options?: Options<'post', '/v3/customers/{id}/documents'>): Promise<Document> {
    const form = new FormData()
    form.set('documentType', documentType)
    if (ownerId !== undefined) form.set('ownerId', ownerId)
    form.set('file', file)
    return this.call('post', '/v3/customers/{id}/documents', { path: { id }, form, options })
  }

  get(id: string, documentId: string, options?: CallOptions): Promise<Document> {
    return this.call('get', '/v3/customers/{id}/documents/{did}', { path: { id, did: documentId }, options })
  }

  /** Accepts or rejects a document. */
  decide(id: string, documentId: string, body: Schemas['DocumentDecision'], options?: Options<'patch', '/v3/customers/{id}/documents/{did}'>): Promise<Document> {
    return this.call('patch', '/v3/customers/{id}/documents/{did}', { path: { id, did: documentId }, body, options })
  }

  /** Reads the file of a document, which needs a reason and is in the audit trail. */
  async file(id: string, documentId: string, options: Options<'get', '/v3/customers/{id}/documents/{did}/file'> & { reason: string }): Promise<Blob> {
    const { body, headers } = await this.send('get', '/v3/customers/{id}/documents/{did}/file', { path: { id, did: documentId }, options, accept: '*/*' })
    return new Blob([body], { type: headers.get('Content-Type') ?? '' })
  }
}

/** Further owners of a business, and their certification. */
export class Owners extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/owners'> { return this.rows('/v3/customers/{id}/owners', { path: { id }, options }) }

  create(id: string, body: Schemas['OwnerInput'], options?: Options<'post', '/v3/customers/{id}/owners'>): Promise<Owner> {
    return this.call('post', '/v3/customers/{id}/owners', { path: { id }, body, options })
  }

  get(id: string, ownerId: string, options?: CallOptions): Promise<Owner> {
    return this.call('get', '/v3/customers/{id}/owners/{oid}', { path: { id, oid: ownerId }, options })
  }

  update(id: string, ownerId: string, body: Schemas['OwnerInput'], options?: Options<'put', '/v3/customers/{id}/owners/{oid}'>): Promise<Owner> {
    return this.call('put', '/v3/customers/{id}/owners/{oid}', { path: { id, oid: ownerId }, body, options })
  }

  delete(id: string, ownerId: string, options?: Options<'delete', '/v3/customers/{id}/owners/{oid}'>): Promise<void> {
    return this.none('delete', '/v3/customers/{id}/owners/{oid}', { path: { id, oid: ownerId }, options })
  }

  ownership(id: string, options?: CallOptions): Promise<Schemas['Ownership']> {
    return this.call('get', '/v3/customers/{id}/ownership', { path: { id }, options })
  }

  certify(id: string, body: Schemas['OwnershipInput'], options?: Options<'post', '/v3/customers/{id}/ownership'>): Promise<Schemas['Ownership']> {
    return this.call('post', '/v3/customers/{id}/ownership', { path: { id }, body, options })
  }
}

/** The review of a customer's identity. */
export class IdentityReviews extends Resource {
  get(id: string, options?: CallOptions): Promise<Identity> { return this.call('get', '/v3/customers/{id}/identity', { path: { id }, options }) }

  decide(id: string, body: Schemas['DecisionInput'], options?: Options<'patch', '/v3/customers/{id}/identity'>): Promise<Identity> {
    return this.call('patch', '/v3/customers/{id}/identity', { path: { id }, body, options })
  }

  /** Asks the provider anew. */
  refresh(id: string, options?: Options<'post', '/v3/customers/{id}/identity/refresh'>): Promise<Identity> {
    return this.call('post', '/v3/customers/{id}/identity/refresh', { path: { id }, options })
  }

  /** Reviews an enrolled customer a second time, with corrected values. */
  retry(id: string, body: Schemas['RetryInput'], options?: Options<'post', '/v3/customers/{id}/identity/retry'>): Promise<Identity> {
    return this.call('post', '/v3/customers/{id}/identity/retry', { path: { id }, body, options })
  }

  startQuestions(id: string, options?: Options<'post', '/v3/customers/{id}/identity/kba'>): Promise<Schemas['Questionnaire']> {
    return this.call('post', '/v3/customers/{id}/identity/kba', { path: { id }, options })
  }

  questions(id: string, options?: CallOptions): Promise<Schemas['Questionnaire']> {
    return this.call('get', '/v3/customers/{id}/identity/kba', { path: { id }, options })
  }

  answerQuestions(id: string, body: Schemas['AnswersInput'], options?: Options<'post', '/v3/customers/{id}/identity/kba/answers'>): Promise<Identity> {
    return this.call('post', '/v3/customers/{id}/identity/kba/answers', { path: { id }, body, options })
  }
}

/** Links at which a customer is asked for what it still owes. */
export class OnboardingLinks extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/onboarding-links'> {
    return this.rows('/v3/customers/{id}/onboarding-links', { path: { id }, options })
  }

  /** Makes a link, which is shown this once. */
  create(id: string, body: Schemas['OnboardingLinkInput'] = {}, options?: Options<'post', '/v3/customers/{id}/onboarding-links'>): Promise<Schemas['MintedOnboardingLink']> {
    return this.call('post', '/v3/customers/{id}/onboarding-links', { path: { id }, body, options })
  }

  end(id: string, linkId: string, options?: Options<'delete', '/v3/customers/{id}/onboarding-links/{lid}'>): Promise<Schemas['OnboardingLink']> {
    return this.call('delete', '/v3/customers/{id}/onboarding-links/{lid}', { path: { id, lid: linkId }, options })
  }
}

/** Everything that happened: the audit trail. */
export class Events extends Resource {
  /** Lists what happened to the customer acted for and to everyone below, newest first. */
  list(options?: ListOptions<'/v3/events'>): ListOf<'/v3/events'> { return this.rows('/v3/events', { options }) }

  /** Lists what happened to one customer, newest first. */
  listOf(id: string, options?: ListOptions<'/v3/customers/{id}/events'>): ListOf<'/v3/customers/{id}/events'> {
    return this.rows('/v3/customers/{id}/events', { path: { id }, options })
  }

  /**
   * Follows what happens to the customer acted for and to everyone below, for as long as you read or until the `signal` ends it.
   * A stream that is cut goes on behind the last event; one whose key ends throws the refusal.
   */
  stream({ signal, lastEventId, ...query }: Options<'get', '/v3/events/stream'> = {}): AsyncGenerator<StreamedEvent, void, undefined> {
    return follow(this.transport, { method: 'get', path: '/v3/events/stream', query, ...(lastEventId !== undefined && { headers: { 'Last-Event-ID': lastEventId } }), ...(signal && { signal }) })
  }

  get(eventId: string, options?: CallOptions): Promise<Event> { return this.call('get', '/v3/events/{eid}', { path: { eid: eventId }, options }) }

  /** Compares an event that was received with the log; a difference is refused and named. */
  verify(event: Schemas['ReceivedEvent'] & { id: string }, options?: Options<'post', '/v3/events/{eid}/verify'>): Promise<Event> {
    return this.call('post', '/v3/events/{eid}/verify', { path: { eid: event.id }, body: event, options })
  }

  /** Sends an event to its receivers again. */
  redeliver(eventId: string, options?: Options<'post', '/v3/events/{eid}/redeliver'>): Promise<Schemas['DeliveryList']> {
    return this.call('post', '/v3/events/{eid}/redeliver', { path: { eid: eventId }, body: {}, options })
  }

  deliveries(eventId: string, options?: CallOptions): ListOf<'/v3/events/{eid}/deliveries'> {
    return this.rows('/v3/events/{eid}/deliveries', { path: { eid: eventId }, options })
  }
}

/** Receivers of events. `verifyWebhook` checks what they receive. */
export class Webhooks extends Resource {
  list(id: string, options?: CallOptions): ListOf<'/v3/customers/{id}/webhooks'> { return this.rows('/v3/customers/{id}/webhooks', { path: { id }, options }) }

  get(id: string, webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.call('get', '/v3/customers/{id}/webhooks/{wid}', { path: { id, wid: webhookId }, options })
  }

  /** Makes a signing secret, shown this once; the one before signs too for `graceSeconds`. */
  renewSecret(id: string, webhookId: string, body: Schemas['WebhookSecretInput'] = {}, options?: Options<'post', '/v3/customers/{id}/webhooks/{wid}/secret'>): Promise<Schemas['WebhookSecret']> {
    return this.call('post', '/v3/customers/{id}/webhooks/{wid}/secret', { path: { id, wid: webhookId }, body, options })
  }

  /** Serves a webhook again that was disabled. */
  enable(id: string, webhookId: string, options?: Options<'post', '/v3/customers/{id}/webhooks/{wid}/enable'>): Promise<Webhook> {
    return this.call('post', '/v3/customers/{id}/webhooks/{wid}/enable', { path: { id, wid: webhookId }, body: {}, options })
  }

  /** Sends a test event. */
  test(id: string, webhookId: string, options?: Options<'post', '/v3/customers/{id}/webhooks/{wid}/test'>): Promise<Schemas['Delivery']> {
    return this.call('post', '/v3/customers/{id}/webhooks/{wid}/test', { path: { id, wid: webhookId }, body: {}, options })
  }

  /** Sends the events of a period again, at most 500 at once: `nextCursor` of the answer continues. */
  replay(id: string, webhookId: string, body: Schemas['ReplayInput'], options?: Options<'post', '/v3/customers/{id}/webhooks/{wid}/replay'>): Promise<Schemas['Replay']> {
    return this.call('post', '/v3/customers/{id}/webhooks/{wid}/replay', { path: { id, wid: webhookId }, body, options })
  }

  deliveries(id: string, webhookId: string, options?: ListOptions<'/v3/customers/{id}/webhooks/{wid}/deliveries'>): ListOf<'/v3/customers/{id}/webhooks/{wid}/deliveries'> {
    return this.rows('/v3/customers/{id}/webhooks/{wid}/deliveries', { path: { id, wid: webhookId }, options })
  }
}

/** Customers that only pay. */
export class Payers extends Resource {
  create(body: Schemas['PayerInput'], options?: Options<'post', '/v3/payers'>): Promise<Payer> { return this.call('post', '/v3/payers', { body, options }) }

  list(options?: ListOptions<'/v3/payers'>): ListOf<'/v3/payers'> { return this.rows('/v3/payers', { options }) }

  get(payerId: string, options?: Options<'get', '/v3/payers/{pid}'>): Promise<Payer> {
    return this.call('get', '/v3/payers/{pid}', { path: { pid: payerId }, options })
  }

  update(payerId: string, body: Schemas['PayerChange'], options?: Options<'put', '/v3/payers/{pid}'>): Promise<Payer> {
    return this.call('put', '/v3/payers/{pid}', { path: { pid: payerId }, body, options })
  }

  /** Reads what anybody may know of a merchant: needs no key. */
  merchantProfile(vanityName: string, options?: CallOptions): Promise<Schemas['MerchantProfile']> {
    return this.call('get', '/v3/merchants/{vanityName}', { path: { vanityName }, options, publishable: true })
  }
}

/** Single-use tokens that stand for a bank or a card: a publishable key makes them, in a browser. */
export class Tokens extends Resource {
  create(body: Schemas['TokenInput'], options?: Options<'post', '/v3/tokens'>): Promise<Schemas['Token']> {
    // One that is made twice is one that nobody uses.
    return this.call('post', '/v3/tokens', { body, options, keyless: true, harmless: true, publishable: true })
  }
}

/** Who you are, and access tokens, which are sent in place of keys. */
export class Access extends Resource {
  /** Returns how the service sees the credential of this client. */
  whoAmI(options?: CallOptions): Promise<Schemas['WhoAmI']> { return this.call('get', '/v3/whoami', { options }) }

  /** Exchanges a key, or the name and password of a user, for an access token. */
  grant(body: Schemas['GrantInput'], options?: CallOptions): Promise<Schemas['AccessToken']> {
    return this.call('post', '/v3/oauth/token', { body, options, keyless: true, open: true })
  }

  /** Ends an access token: the one given, or the one that is the key of this client. */
  revoke(body?: Schemas['TokenRevocation'], options?: CallOptions): Promise<void> {
    return this.none('post', '/v3/oauth/revoke', { body, options, keyless: true, harmless: true, open: body !== undefined })
  }
}

/** The service itself. */
export class Service extends Resource {
  /** Returns the time zone of the customer acted for. */
  timezone(options?: CallOptions): Promise<Schemas['Timezone']> { return this.call('get', '/v3/customers/timezone', { options }) }

  /** Returns whether the process runs. */
  health(options?: CallOptions): Promise<Schemas['Health']> { return this.call('get', '/healthz', { options, open: true }) }

  /** Returns whether the service can serve; throws if it cannot. */
  ready(options?: CallOptions): Promise<Schemas['Health']> { return this.call('get', '/readyz', { options, open: true }) }
}

const linesAtOnce = 200
const bytesAtOnce = 512 * 1024
const triesOfAnAnswer = 5

// bulkOf sends lines in bodies of some hundred, so that what is asked for again is little and a
// browser, which cannot send and read at once, serves as well.
async function* bulkOf(lines: Iterable<BulkLine> | AsyncIterable<BulkLine>, send: (body: string) => Promise<Response>, signal?: AbortSignal): AsyncGenerator<BulkResult | BulkSummary, void, undefined> {
  const whole: BulkSummary = { object: 'bulk', complete: true, tried: 0, created: 0, replayed: 0, refused: 0 }
  let before = 0
  for await (const batch of batches(lines)) {
    let summary: BulkSummary | undefined
    for (let shown = 0, tries = 1; !summary; tries++) {
      try {
        let row = 0
        for await (const line of linesOf<BulkResult | BulkSummary>(await send(batch.join('')))) {
          if ('object' in line) { summary = line; continue }
          if (++row <= shown) continue
          shown = row
          yield { ...line, line: before + line.line }
        }
        if (!summary) throw new TenantryConnectionError('the answer was cut: it has no summary')
      } catch (failure) {
        if (!(failure instanceof TenantryConnectionError) || tries >= triesOfAnAnswer) throw failure
        signal?.throwIfAborted()
        await pause(500 * tries, signal)
      }
    }
    for (const name of ['tried', 'created', 'replayed', 'refused'] as const) whole[name] += summary[name]
    if (!summary.complete) {
      whole.complete = false
      if (summary.stoppedAt !== undefined) whole.stoppedAt = before + summary.stoppedAt
      if (summary.reason !== undefined) whole.reason = summary.reason
      break
    }
    before += batch.length
  }
  yield whole
}

async function* batches(lines: Iterable<BulkLine> | AsyncIterable<BulkLine>): AsyncGenerator<string[], void, undefined> {
  let batch: string[] = []
  let size = 0
  for await (const line of lines) {
    const text = `${JSON.stringify({ idempotencyKey: newIdempotencyKey(), ...line })}\n`
    if (batch.length >= linesAtOnce || (batch.length && size + text.length > bytesAtOnce)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(text)
    size += text.length
  }
  if (batch.length) yield batch
}

export { List }
