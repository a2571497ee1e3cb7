/** Exit codes of the command; `README.md` has them for users. */
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

/** Ends a command with a message for the user and an exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}
