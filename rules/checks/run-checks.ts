import type { SelectStatement } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';

/** Warns about what is legal and surprising. */
export function runChecks(_select: SelectStatement, _report: Reporter): void {}
