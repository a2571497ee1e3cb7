import { bench, run } from 'mitata';
import { decoderOptions, makeDecoder } from '../adapters/codecs/decoder.ts';
import { JsonScanner } from '../adapters/codecs/json-scanner.ts';
import { Admission } from '../engine/event/admission.ts';
import { compileRules } from '../rules/index.ts';
import { parseModule } from '../rules/language/parser.ts';
import { drawTxns, TXN } from './stream.ts';
import { WORKLOADS } from './workloads.ts';

/** Times the steps before an event reaches the engine, one by one, beside what is usual. */
export async function runMicro(): Promise<void> {
  const rules = `${TXN}\n${WORKLOADS.seq4?.epl}`;
  const { plan } = compileRules([{ file: 'bench.epl', text: rules }]);
  if (plan === null) throw new Error('the rules do not compile');
  const lines = Array.from(drawTxns(1000, 100), ([ts, card, device, amount, kind, ok]) =>
    JSON.stringify({ type: 'Txn', ts, card, device, amount, kind, ok }),
  );
  const bytes = Buffer.from(lines.join('\n'));
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) as number) + line.length + 1);
  const split = { index: 0, format: 'jsonl', type: null } as const;
  const admission = new Admission(plan);
  const decode = makeDecoder(split, admission, plan, 'type');
  const scanner = new JsonScanner(split, admission, decoderOptions(split, admission, plan, 'type'));
  let at = 0;
  const next = () => {
    at = (at + 1) % lines.length;
    return at;
  };
  bench('JSON.parse of a line', () => JSON.parse(lines[next()] as string));
  bench('a line to an event, over JSON.parse', () => decode(lines[next()] as string, 1));
  bench('a line to an event, by the scanner', () => {
    const i = next();
    return scanner.scan(bytes, starts[i] as number, (starts[i + 1] as number) - 1, 1);
  });
  bench('parsing two statements', () => parseModule('bench.epl', rules));
  bench('compiling two statements', () => compileRules([{ file: 'bench.epl', text: rules }]));
  await run();
}
