import { TenantryConnectionError, TenantryError } from './errors.js'
import { pause, type RawRequest, type Transport } from './transport.js'
import type { Event } from './types.js'

/** An event of a stream, and where the stream goes on behind it. */
export interface StreamedEvent {
  event: Event
  /** Give it as `lastEventId` to go on behind this event, in another process or on another day. */
  lastEventId: string
}

// The service sends something every 15 seconds.
const silence = 45_000
const longestPause = 15_000

/** Follows a stream of server-sent events; connects anew, behind what was seen, whenever it is cut. */
export async function* follow(transport: Transport, request: RawRequest, wait: typeof pause = pause): AsyncGenerator<StreamedEvent, void, undefined> {
  const { signal } = request
  let lastEventId = request.headers?.['Last-Event-ID']
  for (let failures = 0; ; failures++) {
    const watch = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const alive = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => watch.abort(new Error(`nothing came for ${silence} ms`)), silence)
    }
    try {
      const headers = { ...request.headers, Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) }
      const query = { ...request.query }
      if (lastEventId) delete query['from'] // The place says more.
      const answer = await transport.stream({ ...request, query, headers, signal: signal ? AbortSignal.any([signal, watch.signal]) : watch.signal })
      alive()
      for await (const message of messages(answer, alive)) {
        failures = 0
        if (message.id !== undefined) lastEventId = message.id
        if (message.type === 'end') throw new TenantryError(401, JSON.parse(message.data), { base: transport.base })
        if (message.data && lastEventId !== undefined) yield { event: JSON.parse(message.data) as Event, lastEventId }
      }
    } catch (failure) {
      signal?.throwIfAborted()
      // What the service refuses was tried again already.
      if (failure instanceof TenantryError) throw failure
      if (!(failure instanceof TenantryConnectionError)) throw failure
    } finally { clearTimeout(timer) }
    signal?.throwIfAborted()
    await wait(Math.random() * Math.min(longestPause, 500 * 2 ** failures), signal)
  }
}

interface Message { id: string | undefined; type: string; data: string }

async function* messages(answer: Response, alive: () => void): AsyncGenerator<Message, void, undefined> {
  if (!answer.body) return
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let message: Message = { id: undefined, type: 'message', data: '' }
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => { throw new TenantryConnectionError('the stream was cut', { cause }) })
      if (done) return // What is not ended by an empty line is no message.
      alive()
      rest += decoder.decode(value, { stream: true })
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line) {
          if (message.id !== undefined || message.data) yield message
          message = { id: undefined, type: 'message', data: '' }
          continue
        }
        const [, name, text] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
        if (name === 'id') message.id = text
        else if (name === 'event') message.type = text ?? ''
        else if (name === 'data') message.data += (message.data && '\n') + text
      }
    }
  } finally { await reader.cancel().catch(() => {}) }
}
