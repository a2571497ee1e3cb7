import { isIP } from 'node:net';

/**
 * Which IP addresses a webhook may reach.
 *
 * Rule files and configuration may come from someone who must not reach the inside of the network, and a name
 * may resolve to any address, so an address is judged by what it is, after the system has parsed it: globally
 * reachable unicast is allowed; everything special is refused unless allowed by the operator. Classifying the
 * text instead has failed in many libraries (`0x7f.1`, `2130706433`, `::ffff:127.0.0.1`). Ranges: the IANA
 * special-purpose address registries.
 */

interface Range {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefix: number;
}

interface SpecialRange extends Range {
  readonly name: string;
}

/** The verdict on one address. `isPrivate`: allowed although it is special. */
export type AddressVerdict =
  | { readonly allowed: true; readonly isPrivate: boolean }
  | { readonly allowed: false; readonly reason: string };

/**
 * `true`: the private networks people run webhooks in (`PRIVATE_NAMES`); a list: these CIDR ranges, whatever
 * they are.
 */
export type AllowPrivate = boolean | readonly string[];

const SPECIAL: readonly SpecialRange[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['10.0.0.0/8', 'a private address'],
  ['100.64.0.0/10', 'a carrier-grade NAT address'],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'a link-local address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.0.0.0/24', 'a protocol assignment'],
  ['192.0.2.0/24', 'a documentation address'],
  ['192.88.99.0/24', 'a 6to4 relay address'],
  ['192.168.0.0/16', 'a private address'],
  ['198.18.0.0/15', 'a benchmarking address'],
  ['198.51.100.0/24', 'a documentation address'],
  ['203.0.113.0/24', 'a documentation address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'the broadcast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['::/128', 'an unspecified address'],
  ['::1/128', 'a loopback address'],
  ['::/96', 'an IPv4-compatible address'],
  ['::ffff:0:0:0/96', 'an IPv4-translated address'],
  ['64:ff9b::/96', 'a NAT64 address'],
  ['64:ff9b:1::/48', 'a local NAT64 address'],
  ['100::/64', 'a discard address'],
  ['2001::/32', 'a Teredo address'],
  ['2001::/23', 'a protocol assignment'],
  ['2001:db8::/32', 'a documentation address'],
  ['2002::/16', 'a 6to4 address'],
  ['3fff::/20', 'a documentation address'],
  ['5f00::/16', 'a segment routing address'],
  ['fc00::/7', 'a private address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a site-local address'],
  ['ff00::/8', 'a multicast address'],
].map(([cidr, name]) => ({ ...(parseCidr(cidr as string) as Range), name: name as string }));

/**
 * Kinds that `allowPrivate: true` opens. Link-local is not among them: cloud metadata services live there.
 */
const PRIVATE_NAMES: ReadonlySet<string> = new Set([
  'a private address',
  'a carrier-grade NAT address',
  'a loopback address',
]);

const GLOBAL_V6 = parseCidr('2000::/3') as Range;

/** What the operator allows. Throws a `RangeError` for a CIDR range that is none. */
export class AddressPolicy {
  /** Whether any special address may be reached. */
  readonly allowsPrivate: boolean;
  private readonly allowKinds: boolean;
  private readonly ranges: readonly Range[];

  constructor(allowPrivate: AllowPrivate) {
    this.allowKinds = allowPrivate === true;
    const texts = typeof allowPrivate === 'boolean' ? [] : allowPrivate;
    this.ranges = texts.map((text) => {
      const range = parseCidr(text);
      if (range === null) {
        throw new RangeError(`"${text}" is no address range; write it as 10.0.0.0/8 or fd00::/8`);
      }
      return range;
    });
    this.allowsPrivate = this.allowKinds || this.ranges.length > 0;
  }

  /** Judges an address in any form `node:net` accepts; anything else is refused. */
  judge(text: string): AddressVerdict {
    const address = parseAddress(text);
    if (address === null) return { allowed: false, reason: `"${text}" is no IP address` };
    const kind = specialKind(address);
    if (kind === null) return { allowed: true, isPrivate: false };
    const isOpen =
      (this.allowKinds && PRIVATE_NAMES.has(kind)) || this.ranges.some((range) => isWithin(address, range));
    return isOpen ? { allowed: true, isPrivate: true } : { allowed: false, reason: `${text} is ${kind}` };
  }
}

interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** What is special about an address; null: globally reachable unicast. */
function specialKind(address: Address): string | null {
  for (const range of SPECIAL) if (isWithin(address, range)) return range.name;
  return address.family === 6 && !isWithin(address, GLOBAL_V6) ? 'not a global unicast address' : null;
}

function isWithin(address: Address, range: Range): boolean {
  if (address.family !== range.family) return false;
  const shift = BigInt((range.family === 4 ? 32 : 128) - range.prefix);
  return address.value >> shift === range.base >> shift;
}

/** `address/prefix`, or an address alone; null when it is neither. */
function parseCidr(text: string): Range | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const bits = address.family === 4 ? 32 : 128;
  if (slash < 0) return { family: address.family, base: address.value, prefix: bits };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > bits) return null;
  return { family: address.family, base: address.value, prefix: Number(digits) };
}

/**
 * Reads an address; an IPv4-mapped one (`::ffff:a.b.c.d`) is its IPv4 address, a zone (`%eth0`) is cut off.
 */
function parseAddress(text: string): Address | null {
  switch (isIP(text)) {
    case 4:
      return { family: 4, value: parseV4(text) };
    case 6: {
      const value = parseV6(text.split('%', 1)[0] as string);
      return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
    }
    default:
      return null;
  }
}

function parseV4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(Number(part)), 0n);
}

/** `text` is a valid IPv6 address without a zone. */
function parseV6(text: string): bigint {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const v4 = parseV4(tail);
    return parseV6(
      `${text.slice(0, lastColon + 1)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`,
    );
  }
  const [head = '', rest] = text.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = rest === undefined || rest === '' ? [] : rest.split(':');
  const groups = [...front, ...new Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
