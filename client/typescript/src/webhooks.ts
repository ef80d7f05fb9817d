import { WebhookVerificationError } from './errors.js'
import type { Event } from './types.js'

/** A message as it was received. */
export interface ReceivedMessage {
  /** The body as it came, before anything parses it. */
  body: string | Uint8Array | ArrayBuffer
  /** The headers of the request: `Headers`, or the object of Node.js. */
  headers: Headers | Record<string, string | string[] | undefined>
  /** The secret of the webhook, `whsec_…`; while one is replaced, both. */
  secret: string | readonly string[]
  /** Seconds by which the time of the message may differ from yours: 300 unless given. */
  toleranceSeconds?: number
  /** The time in milliseconds: now unless given. */
  now?: number
}

/**
 * Returns the event of a message if one of the secrets signed it and it is not old; otherwise throws a WebhookVerificationError.
 * Messages come at least once: tell repeats by `id`.
 */
export async function verifyWebhook({ body, headers, secret, toleranceSeconds = 300, now = Date.now() }: ReceivedMessage): Promise<Event> {
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name] ?? headers[name.toLowerCase()]
    if (typeof value !== 'string' || !value) throw new WebhookVerificationError(`the header ${name} is missing`)
    return value
  }
  const id = header('webhook-id')
  const stamp = header('webhook-timestamp')
  const signatures = header('webhook-signature')
  if (!/^\d{1,12}$/.test(stamp)) throw new WebhookVerificationError('webhook-timestamp must be seconds since 1970')
  if (Math.abs(now / 1_000 - Number(stamp)) > toleranceSeconds) {
    throw new WebhookVerificationError(`the message was sent at another time than now: more than ${toleranceSeconds} seconds differ`)
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body)
  const signed = joined(new TextEncoder().encode(`${id}.${stamp}.`), bytes)
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,')).map((one) => decoded(one.slice('v1,'.length))).filter((one) => one !== undefined)
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    const raw = decoded(one.replace(/^whsec_/, ''))
    if (!raw?.length) throw new TypeError('secret must be one of a webhook: whsec_ and base64')
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    for (const signature of given) {
      // verify compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return JSON.parse(new TextDecoder().decode(bytes)) as Event
    }
  }
  throw new WebhookVerificationError('no signature of webhook-signature is by a secret that is known here')
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try { return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) } catch { return undefined }
}
