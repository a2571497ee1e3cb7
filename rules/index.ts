/** The door of the language: rule files in, a plan and diagnostics out. */
export { type CompileOptions, type CompileResult, compileRules, type RuleSource } from './compile.ts';
export { type CompiledQuery, compileQuery } from './compile-query.ts';
export type { Diagnostic } from './language/diagnostics.ts';
export { parseModule } from './language/parser.ts';
export { diagnosticToJson, renderDiagnostics } from './language/render.ts';
