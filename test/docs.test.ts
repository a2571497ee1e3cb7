import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT_MEANINGS } from '../adapters/cli/exit-codes.ts';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { rowToJson } from '../engine/event/to-json.ts';
import type { Plan, StatementPlan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { ROOT, cepheid as runCepheid } from './support/replay-command.ts';

/** The code blocks of a page, with their language. */
function blocksOf(path: string): { readonly language: string; readonly text: string }[] {
  const page = readFileSync(join(ROOT, path), 'utf8');
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, text]) => ({
    language: language as string,
    text: text as string,
  }));
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('examples of the language page', () => {
  const blocks = blocksOf('rules/LANGUAGE.md');
  const examples = blocks.flatMap(({ language, text }, i) =>
    language === 'sql' ? [[text, blocks[i + 1]?.text ?? '', blocks[i + 2]?.text ?? ''] as const] : [],
  );

  test('are all complete: rules, events, rows', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
    expect(blocks.map(({ language }) => language)).toEqual(examples.flatMap(() => ['sql', 'json', 'json']));
  });

  test.each(examples)('%s', (rules, events, rows) => {
    const { plan, diagnostics } = compileRules([{ file: 'page.epl', text: rules }]);
    expect(diagnostics).toEqual([]);
    const expected = linesOf(rows).map((line) => JSON.parse(line));
    expect(expected.length).toBeGreaterThan(0);
    expect(run(plan as Plan, linesOf(events))).toEqual(expected);
  });
});

/** Rows of the statements with a name; a minute passes after the last event. */
function run(plan: Plan, lines: readonly string[]): unknown[] {
  const out: unknown[] = [];
  const shard = new Shard({
    plan,
    startTime: 0,
    onRow(row) {
      const statement = plan.statements[row.statement] as StatementPlan;
      if (statement.name.startsWith('page#')) return;
      out.push({ statement: statement.name, time: row.time, values: rowToJson(row, statement, plan) });
    },
  });
  const admission = new Admission(plan);
  for (const [i, line] of lines.entries()) {
    const { type, ...fields } = JSON.parse(line);
    const event = admission.admit(admission.typeIndex(type), fields, 0, i);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
  }
  return out;
}

describe('commands of the README', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cepheid-docs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const blocks = blocksOf('README.md');
  for (const [language, name] of [
    ['sql', 'rules.epl'],
    ['json', 'events.jsonl'],
  ]) {
    writeFileSync(join(folder, name as string), blocks.find((one) => one.language === language)?.text ?? '');
  }
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => linesOf(text).map((line) => line.replace(/\s+#.*$/, '')));

  test('the exit codes are those of the help', () => {
    const page = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll('\\|', '|');
    const table = [...page.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, text]) => [Number(code), text]);
    expect(table).toEqual(EXIT_MEANINGS);
    const { out } = runCepheid(['--help']);
    for (const [code, meaning] of EXIT_MEANINGS)
      expect(out).toContain(`  ${String(code).padEnd(5)}${meaning}\n`);
  });

  test('name tasks that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      const task = /^npm (?:run (?:-s )?)?(\S+)/.exec(command)?.[1] as string;
      expect(Object.keys(scripts), command).toContain(task);
      for (const path of command.match(/\btest\/\S+/g) ?? []) expect(existsSync(join(ROOT, path))).toBe(true);
    }
  });

  const cepheid = commands.flatMap((command) => /^npm run -s cepheid -- (.+)$/.exec(command)?.[1] ?? []);
  test.each(cepheid)('cepheid %s', (args) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'bin/cepheid.mjs'), ...args.split(' ')],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stderr).not.toMatch(/error E|warning W|cepheid:/);
    expect(status).toBe(0);
    const found = linesOf(stdout).filter((line) => line.includes('"rule":"card-testing"'));
    expect(found).toHaveLength(args.startsWith('replay') ? 1 : 0);
  });

  test('cover check, explain and replay', () => {
    expect(cepheid.map((args) => args.split(' ')[0])).toEqual(
      expect.arrayContaining(['check', 'explain', 'replay']),
    );
  });
});
