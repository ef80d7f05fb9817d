import type { components, paths, webhooks } from './schema.js'

/** Every schema of the document, by its name. */
export type Schemas = components['schemas']

/** The type of an event that webhooks receive. Types may grow. */
export type EventType = keyof webhooks | (string & {})

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'

/** The paths of the document that have a method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths]

export type Operation<M extends Method, P extends PathOf<M>> = paths[P][M]

/** What a path names, such as the id of a customer. */
export type PathParameters<O> = O extends { parameters: { path: infer T } } ? T : { [name: string]: never }

type Query<O> = O extends { parameters: { query?: infer T } } ? Exclude<T, undefined> : unknown
type Header<O> = O extends { parameters: { header?: infer T } } ? Exclude<T, undefined> : unknown

/** What any call takes. */
export interface CallOptions {
  /** Ends the call, with its repeats. */
  signal?: AbortSignal
}

/** What a call of an operation takes beside its ids and its body: the query, and what the headers of the operation are for. */
export type Options<M extends Method, P extends PathOf<M>> = CallOptions & Omit<Query<Operation<M, P>>, 'format'> &
  ('Idempotency-Key' extends keyof Header<Operation<M, P>> ? {
    /** Tells repeats of this request by other calls, or by another process. Each call has a key of its own by default, the same for all its tries. */
    idempotencyKey?: string
  } : unknown) &
  ('If-Match' extends keyof Header<Operation<M, P>> ? {
    /** Changes only the version that was read: an object that this client returned, or a version. Any other is refused with 412 `preconditionFailed`. */
    ifMatch?: string | object
  } : unknown) &
  ('If-None-Match' extends keyof Header<Operation<M, P>> ? {
    /** An object that this client returned earlier: it is returned again if it is still current. */
    ifNoneMatch?: object
  } : unknown)

/** The body of an operation as JSON. */
export type Body<M extends Method, P extends PathOf<M>> = Operation<M, P> extends { requestBody?: infer B } ? Exclude<B, undefined> extends { content: { 'application/json': infer T } } ? T : never : never

type Success<R> = R[keyof R & (200 | 201 | 202)]
type Json<T> = T extends { content: { 'application/json': infer B } } ? B : never
// What a credential without the scope `read` is answered has no required member.
type Shown<T> = T extends unknown ? (Schemas['Written'] extends T ? never : T) : never

/** What an operation answers as JSON. A credential without the scope `read` is answered with `id`, `object` and `lastUpdated` alone. */
export type Result<M extends Method, P extends PathOf<M>> = Operation<M, P> extends { responses: infer R } ? Shown<Json<Success<R>>> : never

export type Activity = Schemas['Activity']
export type Bank = Schemas['Bank']
export type BulkLine = Schemas['BulkLine']
export type BulkResult = Schemas['BulkResult']
export type BulkSummary = Schemas['BulkSummary']
export type Card = Schemas['Card']
export type CreatedCustomer = Schemas['CreatedCustomer']
export type Customer = Schemas['Customer']
export type CustomerChange = Schemas['CustomerChange']
export type CustomerInput = Schemas['CustomerInput']
export type Delivery = Schemas['Delivery']
export type Document = Schemas['Document']
export type Event = Schemas['Event']
export type Identity = Schemas['Identity']
export type Invitation = Schemas['Invitation']
export type Key = Schemas['Key']
export type OnboardingLink = Schemas['OnboardingLink']
export type Owner = Schemas['Owner']
export type Payer = Schemas['Payer']
export type Plan = Schemas['Plan']
export type PlanStatus = Schemas['PlanStatus']
export type Token = Schemas['Token']
export type User = Schemas['User']
export type Webhook = Schemas['Webhook']
