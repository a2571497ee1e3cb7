/** Exit codes of the command. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  warnings: 3,
  badInput: 4,
  undelivered: 5,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** What each exit code says, for `--help` and the README. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, 'done; also when the reader of standard output goes away (| head)'],
  [EXIT.failed, 'errors in the rules, a file that cannot be read or written, a limit'],
  [EXIT.usage, 'the command line is wrong; nothing was done'],
  [EXIT.warnings, 'the rules have warnings (check --deny-warnings)'],
  [EXIT.badInput, 'events are bad (replay --on-bad fail, --late fail, --max-bad)'],
  [EXIT.undelivered, 'alerts were not delivered; they are in the dead-letter file'],
  [EXIT.internal, 'an error of cepheid itself, or a worker process was killed'],
  [EXIT.interrupted, 'ended early by Ctrl-C (SIGINT); what was settled is written'],
  [EXIT.terminated, 'ended early by SIGTERM, likewise'],
];

/** Ends a command with a message for the user and an exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}

/** The message of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
