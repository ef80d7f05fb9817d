import { TenantryConnectionError } from './errors.js'
import type { Answer, RawRequest, Transport } from './transport.js'
import type { CallOptions, Method, Operation, Options, PathOf, PathParameters, Result } from './types.js'

// versions has the ETag of each object that was read, for as long as the object is known.
const versions = new WeakMap<object, string>()

/** Returns the version of an object that this client returned, as an ETag; undefined for objects that have none, such as the rows of lists. */
export function versionOf(object: object): string | undefined { return versions.get(object) }

interface Page<T> {
  results: T[]
  settings?: { nextCursor?: string | undefined }
}

/** A list that is read page by page, as far as it is asked for. */
export class List<T, P extends Page<T> = Page<T>> implements AsyncIterable<T> {
  readonly #read: (cursor?: string) => Promise<P>

  constructor(read: (cursor?: string) => Promise<P>) { this.#read = read }

  /** Returns the first page, with what it says of the whole list. */
  page(): Promise<P> { return this.#read() }

  /** Returns the pages, one after the other. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    let cursor: string | undefined
    do {
      const page = await this.#read(cursor)
      yield page
      cursor = page.settings?.nextCursor
    } while (cursor)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.results
  }

  /** Returns the rows as an array: all of them, or the first ones. */
  async all({ limit = Infinity }: { limit?: number } = {}): Promise<T[]> {
    const rows: T[] = []
    if (limit > 0) for await (const row of this) if (rows.push(row) >= limit) break
    return rows
  }
}

/** What a call is about beside its method and path. */
interface Call<O> {
  path?: PathParameters<O>
  body?: unknown
  options?: object | undefined
  /** Sends no Idempotency-Key: the operation takes none. */
  keyless?: boolean
  harmless?: boolean
  open?: boolean
  publishable?: boolean
  form?: FormData
  accept?: string
}

// These options are for the client; all others are parameters of the query.
interface Known extends CallOptions {
  idempotencyKey?: string
  ifMatch?: string | object
  ifNoneMatch?: object
}

/** Calls operations of the document by method and path, which the compiler checks. */
export abstract class Resource {
  protected readonly transport: Transport

  constructor(transport: Transport) { this.transport = transport }

  protected async call<M extends Method, P extends PathOf<M>>(method: M, path: P, call: Call<Operation<M, P>> = {}): Promise<Result<M, P>> {
    const { ifNoneMatch } = (call.options ?? {}) as Known
    const answer = await this.send(method, path, call)
    if (answer.status === 304 && ifNoneMatch) return ifNoneMatch as Result<M, P>
    const text = new TextDecoder().decode(answer.body)
    if (!text) return undefined as Result<M, P>
    const shown = parsed<unknown>(text)
    // A proxy that compresses calls a version weak; the service compares the version itself.
    const version = answer.headers.get('ETag')?.replace(/^W\//, '')
    if (version && typeof shown === 'object' && shown) versions.set(shown, version)
    return shown as Result<M, P>
  }

  protected async none<M extends Method, P extends PathOf<M>>(method: M, path: P, call: Call<Operation<M, P>> = {}): Promise<void> {
    await this.send(method, path, call)
  }

  protected rows<P extends PathOf<'get'>>(path: P, call: Call<Operation<'get', P>> = {}): List<RowOf<Result<'get', P>>, PageOf<Result<'get', P>>> {
    return new List((cursor) => this.call('get', path, cursor ? { ...call, options: { ...call.options, cursor } } : call) as unknown as Promise<PageOf<Result<'get', P>>>)
  }

  protected send<M extends Method, P extends PathOf<M>>(method: M, path: P, call: Call<Operation<M, P>> = {}): Promise<Answer> {
    return this.transport.send(this.request(method, path, call))
  }

  protected request<M extends Method, P extends PathOf<M>>(method: M, path: P, call: Call<Operation<M, P>> = {}): RawRequest {
    const { signal, idempotencyKey, ifMatch, ifNoneMatch, ...query } = (call.options ?? {}) as Known
    const writes = method !== 'get' && method !== 'head'
    const headers: Record<string, string> = {}
    if (call.accept) headers['Accept'] = call.accept
    if (ifMatch !== undefined) headers['If-Match'] = typeof ifMatch === 'string' ? ifMatch : known(ifMatch, 'ifMatch')
    if (ifNoneMatch !== undefined) headers['If-None-Match'] = known(ifNoneMatch, 'ifNoneMatch')
    const request: RawRequest = { method, path: fill(path as string, call.path), query: { ...query }, headers }
    if (signal) request.signal = signal
    if (call.form) request.body = call.form
    else if (call.body !== undefined) {
      request.body = JSON.stringify(call.body)
      headers['Content-Type'] = 'application/json'
    }
    if (writes && !call.keyless) request.idempotencyKey = idempotencyKey ?? true
    if (call.harmless) request.harmless = true
    if (call.open) request.open = true
    if (call.publishable) request.publishable = true
    return request
  }
}

export type RowOf<R> = R extends { results: (infer T)[] } ? T : never
export type PageOf<R> = R extends { results: unknown[] } ? R & { settings?: { nextCursor?: string | undefined } } : never

/** The list that an operation answers. */
export type ListOf<P extends PathOf<'get'>> = List<RowOf<Result<'get', P>>, PageOf<Result<'get', P>>>
export type ListOptions<P extends PathOf<'get'>> = Omit<Options<'get', P>, 'cursor'>

function known(object: object, name: string): string {
  const version = versions.get(object)
  if (!version) throw new TypeError(`${name} must be an object that a call of this client returned by itself: rows of lists, and copies, have no version`)
  return version
}

function fill(path: string, values: object = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (values as Record<string, unknown>)[name]
    // An empty id would be another path.
    if (typeof value !== 'string' || !value || value === '.' || value === '..') throw new TypeError(`an id is missing: {${name}} of ${path} must be a text that is not empty`)
    return encodeURIComponent(value)
  })
}

/** Reads an answer line by line, each as JSON. */
export async function* linesOf<T>(answer: Response): AsyncGenerator<T, void, undefined> {
  if (!answer.body) return
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (let ended = false; !ended;) {
      const { done, value } = await reader.read().catch((cause: unknown) => { throw new TenantryConnectionError('the answer was cut', { cause }) })
      ended = done
      rest += decoder.decode(value, { stream: !done })
      const lines = rest.split('\n')
      rest = done ? '' : lines.pop() ?? ''
      for (const line of lines) if (line.trim()) yield parsed<T>(line)
    }
  } finally { await reader.cancel().catch(() => {}) }
}

function parsed<T>(line: string): T {
  try { return JSON.parse(line) as T } catch (cause) { throw new TenantryConnectionError('the answer is no JSON: it was cut, or is by something in between', { cause }) }
}
