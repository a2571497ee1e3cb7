import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { DeliveryClock } from './delivery-clock.ts';
import { type Endpoint, RefusedAddressError } from './endpoint.ts';

/** Of an answer's body no more than this is read. */
const ANSWER_BYTES_MAX = 65_536;
/** Of that, so much is kept for the dead-letter file. */
const EXCERPT_CHARS_MAX = 200;

/** What came of one POST. */
export type PostResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | null;
      /** Start of the answer's body. */
      readonly excerpt: string;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What to send, where and by when. */
export interface PostOptions {
  readonly endpoint: Endpoint;
  readonly agent: Agent;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** For everything together: connecting, sending, and reading the whole answer. */
  readonly timeoutMs: number;
  readonly clock: DeliveryClock;
}

/** A POST under way. `abort` ends it; the result then says so. */
export interface Post {
  readonly result: Promise<PostResult>;
  /** Whether the status line has been read. */
  readonly isAnswered: boolean;
  abort(): void;
}

/**
 * Sends one POST; redirects are answers like any other. The status line decides: when the rest of the answer
 * is too long, breaks off or comes too slowly, it is cut and the status stands. The result never rejects.
 */
export function startPost(options: PostOptions): Post {
  const { endpoint, body } = options;
  const send = endpoint.isPlain ? httpRequest : httpsRequest;
  const request = send(endpoint.url, {
    method: 'POST',
    agent: options.agent,
    servername: isIP(endpoint.host) === 0 ? endpoint.host : '',
    headers: { ...options.headers, 'content-length': String(Buffer.byteLength(body)) },
  });
  let answer: PostResult | null = null;
  let stop = () => {};
  const result = new Promise<PostResult>((resolve) => {
    const settle = (outcome: PostResult) => {
      cancel();
      resolve(outcome);
    };
    // A request without a socket yet tells nobody that it was destroyed.
    stop = () => {
      settle(answer ?? { kind: 'failed', reason: 'delivery was stopped during an attempt' });
      request.destroy();
    };
    const cancel = options.clock.deadline(options.timeoutMs, () => {
      settle(answer ?? { kind: 'failed', reason: `no answer within ${options.timeoutMs} ms` });
      request.destroy();
    });
    request.on('response', (response) => {
      const status = response.statusCode as number;
      const retryAfter = response.headers['retry-after'] ?? null;
      let size = 0;
      let text = '';
      const answered = (): PostResult => ({
        kind: 'answered',
        status,
        retryAfter,
        excerpt: excerpt(text, endpoint),
      });
      answer = answered();
      response.on('data', (chunk: Buffer) => {
        if (text.length < EXCERPT_CHARS_MAX) text += chunk.toString('utf8', 0, EXCERPT_CHARS_MAX);
        answer = answered();
        size += chunk.length;
        if (size > ANSWER_BYTES_MAX) request.destroy();
      });
      // `close` comes after the end, after an error, and after a destroyed request alike.
      response.on('error', () => {});
      response.on('close', () => settle(answered()));
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      const status = response.statusCode as number;
      settle({ kind: 'answered', status, retryAfter: null, excerpt: '' });
    });
    request.on('error', (error) => settle(answer ?? failure(error)));
    request.on('close', () => settle(answer ?? { kind: 'failed', reason: 'the connection was closed' }));
  });
  request.end(body);
  return {
    result,
    get isAnswered() {
      return answer !== null;
    },
    abort: () => stop(),
  };
}

function failure(error: Error): PostResult {
  if (error instanceof RefusedAddressError) return { kind: 'refused', reason: error.message };
  const { code } = error as NodeJS.ErrnoException;
  // Connection attempts to several addresses fail together, with an empty message.
  const cause = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  const message = error.message || cause?.message || error.name;
  return {
    kind: 'failed',
    reason: code === undefined || message.includes(code) ? message : `${message} (${code})`,
  };
}

/** The start of an answer; servers like to repeat the path, which may hold a token. */
function excerpt(text: string, endpoint: Endpoint): string {
  const { pathname, search } = endpoint.url;
  let safe = text.slice(0, EXCERPT_CHARS_MAX);
  for (const part of [`${pathname}${search}`, pathname, search]) {
    if (part.length > 1) safe = safe.replaceAll(part, '/…');
  }
  return safe;
}
