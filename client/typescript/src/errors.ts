import type { components } from './schema.js'

/** One thing that is wrong with a request. */
export type ErrorDetails = components['schemas']['ErrorDetails']

/** A code of the catalog at /docs/errors. The catalog may grow. */
export type ErrorCode = ErrorDetails['code'] | (string & {})

/** What a service refused, in its own words. */
export class TenantryError extends Error {
  override readonly name = 'TenantryError'
  /** The HTTP status. */
  readonly status: number
  /** What programs compare, such as `validationError`; empty if something in between answered, such as a proxy. */
  readonly code: ErrorCode
  /** Which rule of a value was broken, such as `parameterMissing`; empty when it is not about a value. */
  readonly detailCode: string
  /** The dotted path of the field, or the name of the parameter or header. */
  readonly parameter: string | undefined
  /** The offending value, where it is short and not sensitive. */
  readonly value: string | undefined
  /** What is wrong, and what would be right. */
  readonly explanation: string
  /** The reference of the answer in the log of the service. */
  readonly ref: string
  /** The page about the code: its cause and what to do. */
  readonly moreInfo: string | undefined
  /** Every fault of the request; the first is what the other members say. */
  readonly errors: readonly ErrorDetails[]
  /** Milliseconds to wait before the next try, if the service named them. */
  readonly retryAfter: number | undefined

  constructor(status: number, body: unknown, about: { base: string; ref?: string | undefined; retryAfter?: number | undefined }) {
    const { error } = isError(body) ? body : { error: undefined }
    const details = error?.details
    const explanation = details?.explanation || details?.description || error?.description || `the answer has the status ${status} and no explanation`
    super(details?.parameter ? `${details.parameter}: ${explanation}` : explanation)
    this.status = status
    this.code = details?.code ?? ''
    this.detailCode = details?.detailCode ?? ''
    this.parameter = details?.parameter
    this.value = details?.value
    this.explanation = explanation
    this.ref = error?.ref ?? about.ref ?? ''
    this.moreInfo = details?.moreInfo?.startsWith('/') ? about.base + details.moreInfo : details?.moreInfo
    this.errors = error?.errors ?? (details ? [details] : [])
    this.retryAfter = about.retryAfter
  }
}

/** A request without an answer: nothing listens, the connection was cut, or the time was over. `cause` has the reason. */
export class TenantryConnectionError extends Error {
  override readonly name = 'TenantryConnectionError'
}

/** A message that is not, or not surely, from the service. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError'
}

function isError(body: unknown): body is components['schemas']['Error'] {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null
}
