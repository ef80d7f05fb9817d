import { TenantryConnectionError, TenantryError } from './errors.js'
import type { CallOptions } from './types.js'

/** How a client reaches an installation, and as whom. */
export interface ClientOptions {
  /** Where the installation is, such as `https://tenantry.example`: what stands before `/v3`. */
  url: string
  /** The customer to act for: the owner of the key, or one below it. Not needed for an access token, or without a key. */
  customer?: string
  /** A secret key, a restricted key or an access token. Leave it out where only a publishable key is known. */
  key?: string
  /** A publishable key, which may make tokens and read the profiles of merchants: all that a browser needs. */
  publishableKey?: string
  /** How often a call is tried again: 4 times unless given, over some 10 seconds. */
  retries?: number
  /** Milliseconds that one try may take: 60,000 unless given. */
  timeout?: number
  /** The longest time in milliseconds that a call waits because the service asks for it: 60,000 unless given. What takes longer is thrown as it is. */
  longestWait?: number
  /** What the client calls itself in the trail, before its own name. Browsers do not send it. */
  userAgent?: string
  /** What sends requests: `fetch` unless given. */
  fetch?: typeof fetch
  /** Waits between two tries; tests give one that does not. */
  wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Sends a key over plain http to another machine, where others on the way can read it. */
  insecure?: boolean
  /** Allows a secret key in a page, where everybody who opens it can read the key. */
  dangerouslyAllowSecretKeyInBrowser?: boolean
}

/** One request of the API as it is sent. */
export interface RawRequest extends CallOptions {
  method: string
  /** The path with its ids, such as `/v3/customers`. */
  path: string
  query?: Record<string, unknown>
  headers?: Record<string, string>
  body?: BodyInit
  /** The key that tells repeats, or true for one that is made up. Without one, a write is repeated only where it was surely not done. */
  idempotencyKey?: string | boolean
  /** Whether the request may be done twice although it is a write. */
  harmless?: boolean
  /** Sends no key, whatever the client has. */
  open?: boolean
  /** A publishable key is enough, or none. */
  publishable?: boolean
}

/** A whole answer. */
export interface Answer {
  status: number
  headers: Headers
  body: ArrayBuffer
}

const version = '0.1.0'
const firstPause = 500
const longestPause = 8_000

/** Sends requests, and repeats those that may be repeated. */
export class Transport {
  readonly base: string
  // Private members are shown by no console and by no JSON.
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    const { key, customer, publishableKey } = options
    let url: URL
    try { url = new URL(options.url) } catch { throw new TypeError(`url is "${options.url}": it must be one such as https://tenantry.example`) }
    if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
      throw new TypeError('url must be http:// or https://, a host and perhaps a path')
    }
    if (key !== undefined && url.protocol === 'http:' && !options.insecure && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) {
      throw new TypeError(`url is http://${url.host}, where others on the way can read the key: use https, or say insecure: true`)
    }
    if (key?.startsWith('pk_')) throw new TypeError('key is a publishable key: give it as publishableKey')
    if (publishableKey !== undefined && !publishableKey.startsWith('pk_')) throw new TypeError('publishableKey must begin with pk_')
    if (key !== undefined && !customer && /^[sr]k_/.test(key)) throw new TypeError('customer is missing: give the id of the customer to act for, the owner of the key or one below it')
    for (const [name, text] of Object.entries({ key, customer, publishableKey })) {
      if (text !== undefined && !/^[\x21-\x7e]+$/.test(text)) throw new TypeError(`${name} must be printable characters without spaces`)
    }
    if (key !== undefined && inBrowser() && !options.dangerouslyAllowSecretKeyInBrowser) {
      throw new TypeError('a secret key in a page is known to everybody who opens it: give a publishableKey here, and use the secret key on a server')
    }
    this.base = (url.origin + url.pathname).replace(/\/+$/, '')
    this.#options = { ...options }
  }

  /** Returns the same transport for another customer. */
  as(customer: string): Transport { return new Transport({ ...this.#options, customer }) }

  /** Sends a request until it is answered wholly, and returns the answer if it is a success or 304. */
  send(request: RawRequest): Promise<Answer> {
    return this.#run(request, async (answer) => ({ status: answer.status, headers: answer.headers, body: await answer.arrayBuffer() }))
  }

  /** Sends a request until an answer begins, and returns it before its body is there. */
  stream(request: RawRequest): Promise<Response> { return this.#run(request, async (answer) => answer) }

  async #run<T>(request: RawRequest, take: (answer: Response) => Promise<T>): Promise<T> {
    const { retries = 4, longestWait = 60_000, wait = pause } = this.#options
    const headers = this.#headers(request)
    const url = this.base + request.path + queryOf(request.query)
    for (let tries = 0; ; tries++) {
      let failure: TenantryError | TenantryConnectionError
      try {
        return await this.#try(url, headers, request, take)
      } catch (cause) {
        request.signal?.throwIfAborted()
        failure = cause instanceof TenantryError ? cause : new TenantryConnectionError(`${request.method} ${this.base}${request.path} was not answered`, { cause })
      }
      if (tries >= retries || !mayRepeat(failure, request, headers)) throw failure
      const asked = failure instanceof TenantryError ? failure.retryAfter ?? 0 : 0
      if (asked > longestWait) throw failure
      // Full jitter, so that those who were refused together do not come back together.
      await wait(asked + Math.random() * Math.min(longestPause, firstPause * 2 ** tries), request.signal)
    }
  }

  async #try<T>(url: string, headers: Headers, { method, body, signal }: RawRequest, take: (answer: Response) => Promise<T>): Promise<T> {
    const { timeout = 60_000, fetch: send = fetch } = this.#options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(new Error(`there is no answer after ${timeout} ms`)), timeout)
    try {
      const answer = await send(url, {
        method: method.toUpperCase(), headers, ...(body !== undefined && { body }),
        signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
        // A key goes to no other host, and cookies of the console stay out of it.
        redirect: 'manual', credentials: 'omit', cache: 'no-store',
      })
      if (answer.ok || answer.status === 304) return await take(answer)
      throw await this.#refusal(answer)
    } finally { clearTimeout(timer) }
  }

  #headers(request: RawRequest): Headers {
    const { key, customer, publishableKey, userAgent } = this.#options
    const headers = new Headers(request.headers)
    headers.set('Accept', headers.get('Accept') ?? 'application/json')
    if (!inBrowser()) headers.set('User-Agent', `${userAgent ? `${userAgent} ` : ''}tenantry-typescript/${version}`)
    if (key && !request.open) {
      headers.set('Authorization', `Bearer ${key}`)
      if (customer) headers.set('X-CUSTOMER-ID', customer)
    } else if (request.publishable) {
      if (publishableKey) headers.set('X-PUBLISHABLE-KEY', publishableKey)
    } else if (!request.open) throw new TypeError(`${request.method} ${request.path} needs a key: a publishable key makes tokens and reads profiles of merchants`)
    if (request.idempotencyKey) headers.set('Idempotency-Key', request.idempotencyKey === true ? newIdempotencyKey() : request.idempotencyKey.toString())
    return headers
  }

  async #refusal(answer: Response): Promise<TenantryError> {
    // An answer that is cut is one whose text nobody knows: the status says enough.
    const text = await answer.text().catch(() => '')
    let body: unknown
    try { body = JSON.parse(text) } catch { body = undefined }
    return new TenantryError(answer.status, body, {
      base: this.base, ref: answer.headers.get('X-Request-Id') ?? undefined, retryAfter: retryAfterOf(answer.headers.get('Retry-After')),
    })
  }
}

/** Returns a key that no other request has. */
export function newIdempotencyKey(): string {
  // randomUUID is missing in pages that were not loaded by https.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Waits, unless the signal ends it. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const end = (): void => { clearTimeout(timer); fail(signal?.reason) }
    const timer = setTimeout(() => { signal?.removeEventListener('abort', end); done() }, milliseconds)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}

function mayRepeat(failure: TenantryError | TenantryConnectionError, { method, harmless }: RawRequest, headers: Headers): boolean {
  const safe = harmless || /^(get|head)$/i.test(method) || headers.has('Idempotency-Key')
  if (failure instanceof TenantryConnectionError) return safe
  switch (failure.status) {
    case 429: return true // It was refused before anything was done.
    case 409: return safe && failure.retryAfter !== undefined // The first try is still at work.
    case 502: case 503: case 504: return safe
    default: return false
  }
}

/** Returns the milliseconds that a Retry-After asks for, in seconds or as a date. */
export function retryAfterOf(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

function queryOf(query: Record<string, unknown> = {}): string {
  const parameters = new URLSearchParams()
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return
    if (Array.isArray(value)) for (const one of value) add(name, one)
    else if (typeof value === 'object') for (const [member, one] of Object.entries(value)) add(`${name}.${member}`, one)
    else parameters.append(name, String(value))
  }
  for (const [name, value] of Object.entries(query)) add(name, value)
  const text = parameters.toString()
  return text && `?${text}`
}

function inBrowser(): boolean {
  const scope = globalThis as { document?: unknown; WorkerGlobalScope?: unknown; importScripts?: unknown }
  return typeof scope.document !== 'undefined' || (typeof scope.WorkerGlobalScope !== 'undefined' && typeof scope.importScripts === 'function')
}
