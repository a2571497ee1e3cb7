const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;
const SEPARATOR = 0xff;

/**
 * The fingerprint Prometheus and Alertmanager give to a set of labels: FNV-1a over 64 bits of name, 0xFF,
 * value, 0xFF in the order of the names, as 16 hexadecimal digits.
 */
export function labelFingerprint(labels: { readonly [name: string]: string }): string {
  let hash = OFFSET_BASIS;
  const add = (byte: number) => {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  };
  for (const name of Object.keys(labels).sort()) {
    for (const text of [name, labels[name] as string]) {
      for (const byte of Buffer.from(text)) add(byte);
      add(SEPARATOR);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
