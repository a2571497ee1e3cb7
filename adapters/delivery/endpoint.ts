import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressPolicy } from './addresses.ts';

/**
 * The guarded way to a webhook: which URL may be called, and which address may be connected.
 *
 * A URL is judged after the WHATWG parser has normalized it. An IP literal is judged at once, since Node asks
 * no resolver about it. A name is judged whenever it is resolved, for each connection: every address of the
 * answer must be allowed, and only these checked addresses are connected, so an answer that changes between
 * check and use gains nothing. The agent checks the connected socket once more before a byte is sent.
 *
 * `https` reaches any allowed address. `http` is only for special addresses the operator has allowed, such as
 * a receiver on the same machine: it would show alerts to everyone on the way.
 */
export interface Endpoint {
  readonly url: URL;
  /** For messages: without path and query, which may hold a token. */
  readonly display: string;
  /** Host name without brackets or final dot. */
  readonly host: string;
  /** True for `http`: every address must be a special one that is allowed. */
  readonly isPlain: boolean;
}

/** Why a URL may not be called, in words for the user, without anything that may be secret. */
export interface EndpointRefusal {
  readonly refusal: string;
}

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A name that resolved to, or a socket that reached, an address that is not allowed. */
export class RefusedAddressError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RefusedAddressError';
  }
}

/** Judges a webhook URL before anything is sent. */
export function parseEndpoint(text: string, policy: AddressPolicy): Endpoint | EndpointRefusal {
  if (!URL.canParse(text)) return { refusal: 'the webhook URL is not a URL; write it as https://host/path' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { refusal: `the webhook URL starts with ${url.protocol}; use https:` };
  }
  const isPlain = url.protocol === 'http:';
  if (url.username !== '' || url.password !== '') {
    return { refusal: 'the webhook URL holds a user name or password; sign with a secret instead' };
  }
  url.hash = '';
  const display = `${url.origin}${url.pathname === '/' && url.search === '' ? '/' : '/…'}`;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const verdict = judgeHost(host, policy);
  if (verdict !== null) return { refusal: `${display} is refused: ${verdict}; ${REMEDY}` };
  if (isPlain && !isAllowedPlain(host, policy)) {
    return {
      refusal: `${display} is refused: http is only for private addresses that are allowed; use https`,
    };
  }
  return { url, display, host, isPlain };
}

const REMEDY = 'allow its range if it is meant (--allow-private)';

/** Why a host is refused as far as its name tells; null: nothing known against it. */
function judgeHost(host: string, policy: AddressPolicy): string | null {
  if (isIP(host) !== 0) {
    const verdict = policy.judge(host);
    return verdict.allowed ? null : verdict.reason;
  }
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  const isOpen = policy.judge('127.0.0.1').allowed || policy.judge('::1').allowed;
  return isLocal && !isOpen ? `${host} is this machine` : null;
}

function isAllowedPlain(host: string, policy: AddressPolicy): boolean {
  if (isIP(host) === 0) return policy.allowsPrivate;
  const verdict = policy.judge(host);
  return verdict.allowed && verdict.isPrivate;
}

/** Judges one address that an endpoint's connection would use; null: allowed. */
export function judgeAddress(address: string, endpoint: Endpoint, policy: AddressPolicy): string | null {
  const verdict = policy.judge(address);
  if (!verdict.allowed) return verdict.reason;
  if (endpoint.isPlain && !verdict.isPrivate) return `${address} is public and http is only for private ones`;
  return null;
}

/** Asks the system, in its order. */
export const resolveBySystem: Resolve = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address);

/** The `lookup` of a connection: resolves, and fails unless every address is allowed. */
export function guardedLookup(endpoint: Endpoint, policy: AddressPolicy, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        if (found.length === 0) return callback(notFound(host), '');
        const refusal = judgeAnswer(host, found, endpoint, policy);
        if (refusal !== null) return callback(new RefusedAddressError(refusal), '');
        const addresses = found.map((address) => ({ address, family: isIP(address) }));
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address as string, first?.family);
      },
      (error) => callback(error as NodeJS.ErrnoException, ''),
    );
  };
}

function judgeAnswer(
  host: string,
  found: readonly string[],
  endpoint: Endpoint,
  policy: AddressPolicy,
): string | null {
  for (const address of found) {
    const refusal = judgeAddress(address, endpoint, policy);
    if (refusal !== null) return `${host} resolves to an address that is refused: ${refusal}`;
  }
  return null;
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}
