import type { Writable } from 'node:stream';
import { printable } from '../sinks/printable.ts';

/** Levels of log lines, the least important first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes log lines. Fields are plain data; secrets are never among them. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** How to log. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly stream: Writable;
  /** Lines for people; otherwise JSON, one object a line. */
  readonly isPretty: boolean;
}

/** Names of fields whose values never reach a log, at the top and one level down. */
const SECRET_FIELDS = ['secret', 'secrets', 'token', 'password', 'authorization', 'key'];

/** Opens the log; the library is loaded only now. */
export async function openLog({ level, stream, isPretty }: LogOptions): Promise<Log> {
  const { pino } = await import('pino');
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]),
      censor: '[secret]',
    },
  };
  const write = isPretty
    ? (line: string) => stream.write(prettyLine(line))
    : (line: string) => stream.write(line);
  const log = pino(options, { write });
  return {
    debug: (fields, text) => log.debug(fields, text),
    info: (fields, text) => log.info(fields, text),
    warn: (fields, text) => log.warn(fields, text),
    error: (fields, text) => log.error(fields, text),
  };
}

/** A log that writes nothing. */
export const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

function prettyLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line);
  const clock = new Date(time).toISOString().slice(11, 19);
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${clock} ${String(level).toUpperCase()} ${printable(String(msg) + rest.join(''))}\n`;
}
