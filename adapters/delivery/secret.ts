import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { inspect } from 'node:util';

const PREFIX = 'whsec_';
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;
const FORM = '`whsec_` and the base64 text of 24 to 64 random bytes';
const REDACTED = '[secret]';

/**
 * A signing secret. It signs, and it shows itself nowhere: as text, as JSON and to `console` it is
 * `[secret]`.
 */
export class Secret {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads `whsec_…`; null when it is no such secret. */
  static tryParse(text: string): Secret | null {
    if (!text.startsWith(PREFIX)) return null;
    const base64 = text.slice(PREFIX.length);
    const key = Buffer.from(base64, 'base64');
    const isExact = key.toString('base64') === base64;
    return isExact && key.length >= SECRET_BYTES_MIN && key.length <= SECRET_BYTES_MAX
      ? new Secret(key)
      : null;
  }

  /** HMAC-SHA256 of the text, in base64. */
  sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64');
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/**
 * The value of `webhook-signature`: one `v1,…` per secret, so that a receiver may know the old or the new
 * one.
 */
export function signatures(secrets: readonly Secret[], id: string, timestampS: number, body: string): string {
  const signed = `${id}.${timestampS}.${body}`;
  return secrets.map((secret) => `v1,${secret.sign(signed)}`).join(' ');
}

/** Secrets that were read, and what to warn about; or an error. No text holds any part of a secret. */
export type SecretsResult =
  | { readonly secrets: readonly Secret[]; readonly warnings: readonly string[] }
  | { readonly error: string };

/**
 * Reads the secrets of a file: one a line, the current one first, then those still accepted while receivers
 * change over; empty lines and lines from `#` on do not count. Warns when others on the machine can read the
 * file.
 */
export async function tryReadSecretFile(path: string): Promise<SecretsResult> {
  let text: string;
  let mode: number;
  try {
    text = await readFile(path, 'utf8');
    mode = (await stat(path)).mode;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      error: `cannot read the webhook secret file ${path} (${code}); check the path and its permissions`,
    };
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const octal = (mode & 0o777).toString(8);
  const warning = `${path} holds a secret and others can read it (mode ${octal}); chmod 600 ${path}`;
  return parseAll(
    lines.filter((line) => line !== '' && !line.startsWith('#')),
    `the webhook secret file ${path}`,
    isOpen ? [warning] : [],
  );
}

/** Reads the secrets of an environment variable, separated by blanks, the current one first. */
export function tryReadSecretVariable(name: string, environment: NodeJS.ProcessEnv): SecretsResult {
  const text = environment[name] ?? '';
  return parseAll(
    text.split(/\s+/).filter((part) => part !== ''),
    `the environment variable ${name}`,
    [],
  );
}

function parseAll(texts: readonly string[], place: string, warnings: readonly string[]): SecretsResult {
  if (texts.length === 0) return { error: `${place} holds no secret; it needs ${FORM}` };
  const secrets: Secret[] = [];
  for (const [i, text] of texts.entries()) {
    const secret = Secret.tryParse(text);
    if (secret === null) return { error: `secret ${i + 1} of ${place} is not ${FORM}` };
    secrets.push(secret);
  }
  return { secrets, warnings };
}
