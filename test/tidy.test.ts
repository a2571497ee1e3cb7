import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { LIMITS } from '../engine/core/limits.ts';

/** Polices the code: what no compiler or linter checks. Each test shows every breach at once, as `file:line: what`. */

const root = join(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .trimEnd()
  .split('\n')
  .filter((path) => existsSync(join(root, path)));
const isGenerated = (path: string) => path.includes('.generated.');
const isTest = (path: string) => path.endsWith('.test.ts') || path.startsWith('test/');

interface Source {
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

interface Import {
  readonly line: number;
  readonly from: string;
  /** Types only: gone at run time. */
  readonly isType: boolean;
  /** Repository path of a relative import; null for a package. */
  readonly target: string | null;
}

const sources: readonly Source[] = tracked.filter((path) => path.endsWith('.ts')).map(readSource);
const product = sources.filter(({ path }) => /^(engine|rules|adapters)\//.test(path) && !isTest(path));

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [
    ...text.matchAll(/^(import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm),
  ].map((match): Import => {
    const from = (match[3] ?? match[4]) as string;
    const target = from.startsWith('.') ? normalize(join(dirname(path), from)) : null;
    const line = text.slice(0, match.index).split('\n').length;
    return { line, from, isType: match[2] !== undefined, target };
  });
  return { path, lines: text.split('\n'), imports };
}

/** Breaches of a rule over all lines of some files. */
function findLines(of: readonly Source[], pattern: RegExp, what: string): string[] {
  return of.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${what}: ${line.trim()}`] : [])),
  );
}

/** Folders of the engine; a folder may import at run time only from those before it. */
const LAYERS = [
  'core',
  'time',
  'event',
  'expr',
  'plan',
  'pattern',
  'recognize',
  'query',
  'runtime',
  'alert',
  'cluster',
];

test('imports go one way', () => {
  const breaches = product.flatMap(({ path, imports }) =>
    imports.flatMap(({ line, from, target, isType }) => {
      if (target === null || isType) return [];
      const [top, folder] = path.split('/') as [string, string];
      const [targetTop, targetFolder] = target.split('/') as [string, string];
      const wrongTop =
        (top === 'engine' && targetTop !== 'engine') ||
        (top === 'rules' && targetTop === 'adapters') ||
        (targetTop === 'adapters' && targetFolder === 'cli' && folder !== 'cli') ||
        targetTop === 'test';
      const upwards =
        top === 'engine' && targetTop === 'engine' && LAYERS.indexOf(targetFolder) > LAYERS.indexOf(folder);
      return wrongTop || upwards ? [`${path}:${line}: imports ${from}`] : [];
    }),
  );
  expect(breaches).toEqual([]);
});

test('every folder of the engine has its place in the order', () => {
  const folders = new Set(
    product.filter(({ path }) => path.startsWith('engine/')).map(({ path }) => path.split('/')[1]),
  );
  expect([...folders].filter((folder) => !LAYERS.includes(folder as string))).toEqual([]);
});

test('no import cycles', () => {
  const graph = new Map(
    product.map(({ path, imports }) => [
      path,
      imports.flatMap(({ target, isType }) => (target === null || isType ? [] : [target])),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    else if (!done.has(path)) {
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    }
  };
  for (const path of graph.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

/** The one place that may use a package; swapping it touches nothing else. */
const DOORS: Readonly<Record<string, RegExp>> = {
  luxon: /^engine\/time\/zone\.ts$/,
  re2js: /^engine\/expr\//,
  commander: /^adapters\/cli\//,
  moo: /^rules\/language\//,
  nearley: /^rules\/language\//,
  pino: /^adapters\/log\//,
};

test('one door per package; the engine is pure', () => {
  const breaches = product.flatMap(({ path, imports }) =>
    imports.flatMap(({ line, from, target }) => {
      if (target !== null) return [];
      const isNode = from.startsWith('node:');
      const pure =
        !path.startsWith('engine/') ||
        !isNode ||
        (from === 'node:crypto' && path.startsWith('engine/alert/'));
      const door = DOORS[from];
      const allowed = isNode ? pure : door?.test(path) === true;
      return allowed ? [] : [`${path}:${line}: imports ${from}`];
    }),
  );
  expect(breaches).toEqual([]);
});

test('the engine and the rules know no clock, no chance and no console', () => {
  const pure = product.filter(({ path }) => /^(engine|rules)\//.test(path));
  expect(
    findLines(pure, /Date\.now\(|Math\.random\(|new Date\(\)|console\.|performance\.now/, 'forbidden call'),
  ).toEqual([]);
  expect(findLines(product, /\beval\(|\b(child|process|worker)\.send\(/, 'forbidden call')).toEqual([]);
});

/** Files over 400 lines, with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'engine/expr/emit.ts': 'one walk over all operators of the expression form',
};

test('files stay readable', () => {
  const own = product.filter(({ path }) => !isGenerated(path));
  const long = own.flatMap(({ path, lines }) => {
    const allowed = path in LONG_FILES ? 700 : 400;
    return lines.length > allowed ? [`${path}: ${lines.length} lines, ${allowed} allowed`] : [];
  });
  expect(long).toEqual([]);
  const wide = own.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => {
      // A text or an expression for texts on a line of its own cannot be broken.
      const isWhole = /^\s*(['"`/]|\w+: ['"`])/.test(line);
      return line.length > 130 && !isWhole ? [`${path}:${i + 1}: ${line.length} columns`] : [];
    }),
  );
  expect(wide).toEqual([]);
});

test('every export of the product has a docstring', () => {
  const breaches = product
    .filter(({ path }) => !isGenerated(path) && !/^rules\/language\/build/.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => {
        const isExport = /^export (abstract )?(async )?(function|class|interface|type|const|let)\b/.test(
          line,
        );
        const isOverload = /^export /.test(lines[i - 1] ?? '');
        const before = (lines[i - 1] ?? '').trimEnd();
        if (!isExport || isOverload || before.endsWith('*/')) return [];
        return [`${path}:${i + 1}: ${line.trim()}`];
      }),
    );
  expect(breaches).toEqual([]);
});

test('every limit is used', () => {
  const text = product
    .filter(({ path }) => path !== 'engine/core/limits.ts')
    .map(({ lines }) => lines.join('\n'))
    .join('\n');
  expect(Object.keys(LIMITS).filter((name) => !text.includes(name))).toEqual([]);
});

test('pages name files that exist', () => {
  const pages = tracked.filter((path) => path.endsWith('.md'));
  const breaches = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    return [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].flatMap(([, target]) => {
      const exists = existsSync(join(root, dirname(page), target as string));
      return exists ? [] : [`${page}: ${target}`];
    });
  });
  expect(breaches).toEqual([]);
});

test('nothing unfinished and no paths of one machine', () => {
  const others = sources.filter(({ path }) => path !== 'test/tidy.test.ts' && !isGenerated(path));
  expect(findLines(others, /\b(TODO|FIXME|XXX)\b/, 'unfinished')).toEqual([]);
  expect(findLines(others, /(^|['"`\s(])\/(home|root|work|Users)\//, 'machine path')).toEqual([]);
});
