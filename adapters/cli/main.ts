import { Command, CommanderError, Option } from 'commander';
import { check } from './check.ts';
import { replayCommand } from './replay.ts';

/** Exit codes of the command. */
export const EXIT = { done: 0, failed: 1, usage: 2, badInput: 4, undelivered: 5, internal: 70 } as const;

/** Runs the command line; sets `process.exitCode`. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`cepheid: ${message}\n`);
    process.exitCode = message.startsWith('internal error') ? EXIT.internal : EXIT.failed;
  }
}

function program(): Command {
  const top = new Command('cepheid')
    .description('Complex event processing: EPL rules over recorded event streams, alerts out.')
    .version('0.1.0')
    .exitOverride()
    .showSuggestionAfterError();
  top
    .command('check')
    .exitOverride()
    .description('Compile rule files and show what is wrong in them.')
    .usage('[options] PATHS…')
    .argument('<paths...>', 'rule files, or directories with *.epl files')
    .addOption(new Option('--format <format>', 'how to show').choices(['pretty', 'json']).default('pretty'))
    .option('--plan', 'show how the rules can be spread over processes, and why not')
    .addHelpText('before', 'Examples:\n  cepheid check rules/\n  cepheid check --plan rules/packs/fraud\n')
    .action(async (paths: string[], options: { format: 'pretty' | 'json'; plan?: boolean }) => {
      process.exitCode = check(paths, { format: options.format, plan: options.plan === true });
    });
  top
    .command('replay')
    .exitOverride()
    .description('Replay recorded events (JSON Lines and CSV; .gz and .zst too) through rules.')
    .usage('--rules PATH [options] EVENTS…')
    .argument('<events...>', 'files or globs; Type=path gives the event type; - is standard input')
    .requiredOption('--rules <path>', 'rule file, or directory with *.epl files; may be repeated', collect)
    .option('--out <file>', 'write alerts as JSON Lines; - is standard output')
    .addOption(
      new Option('--format <format>', 'how to show alerts on standard output').choices(['pretty', 'jsonl']),
    )
    .option(
      '--out-of-order <duration>',
      'how much later than a later event an event may arrive, e.g. 5s',
      '0',
    )
    .option('--max-gap <duration>', 'quarantine events that jump further ahead than this, e.g. 1d')
    .addOption(
      new Option('--input-format <format>', 'of the events, whatever their file is called').choices([
        'jsonl',
        'csv',
      ]),
    )
    .option('--type-field <name>', 'field that names the event type', 'type')
    .option('--rejects <file>', 'write lines left out, with place and reason, as JSON Lines')
    .option('--max-bad <n>', 'exit with 4 when more lines than this are rejected')
    .option('--statement <name>', 'print the rows of this statement too; may be repeated', collect)
    .option('--limit <n>', 'end after so many alerts')
    .option('--webhook <url>', 'post alerts to this address; nothing is sent without --deliver')
    .option('--deliver', 'really send to the webhook')
    .option('--webhook-secret-file <file>', 'file with the signing secret (whsec_…)')
    .option('--webhook-secret-env <name>', 'environment variable with the signing secret')
    .option(
      '--allow-private <cidr>',
      'private addresses the webhook may have; `all` for all of them',
      collect,
    )
    .option('--dead-letters <file>', 'where alerts go that cannot be delivered', 'dead-letters.jsonl')
    .option('--quiet', 'no summary')
    .addHelpText(
      'before',
      'Examples:\n' +
        '  cepheid replay --rules rules/packs/fraud samples/fraud/events.jsonl\n' +
        '  cepheid replay --rules rules/ --out alerts.jsonl --out-of-order 5s day-*.jsonl.gz\n' +
        '  zcat day.jsonl.gz | cepheid replay --rules rules/ - | head\n',
    )
    .action(async (events: string[], options: Parameters<typeof replayCommand>[1]) => {
      process.exitCode = await replayCommand(events, options);
    });
  return top;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
