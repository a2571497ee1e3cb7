import { Command, CommanderError, Option } from 'commander';
import type { CheckOptions } from './check.ts';
import { CommandFailure, EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import type { ExplainOptions } from './explain.ts';
import { addLanguageOptions } from './language-options.ts';
import { collect, countValue, durationValue, speedValue, timeValue } from './option-values.ts';
import type { ReplayCommandOptions } from './replay.ts';
import { StandardStreams } from './standard-streams.ts';
import { packageVersion } from './version.ts';

/** Runs the command line; gives the exit code. What a command needs is loaded when it runs. */
export async function main(args: readonly string[]): Promise<number> {
  const streams = new StandardStreams();
  const code = await runCommand(args);
  const trouble = await streams.finish();
  if (trouble === null || code !== EXIT.done) return code;
  process.stderr.write(`cepheid: ${trouble}\n`);
  return EXIT.failed;
}

async function runCommand(args: readonly string[]): Promise<number> {
  const run = { exitCode: EXIT.done as number };
  const isDebug = args.includes('--debug');
  try {
    await program(run).parseAsync([...args], { from: 'user' });
    return run.exitCode;
  } catch (error) {
    // Commander has printed its message already; asking for help or the version is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return report(error, isDebug);
  }
}

/** Errors whose message is written for the user. */
const FOR_USERS: ReadonlyMap<string, number> = new Map([
  ['SinkError', EXIT.failed],
  ['SourceError', EXIT.failed],
  ['LimitError', EXIT.failed],
  ['QueryFailure', EXIT.failed],
  ['DeadLetterError', EXIT.undelivered],
  ['WorkerError', EXIT.internal],
]);

function report(error: unknown, isDebug: boolean): number {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof CommandFailure ? error.exitCode : FOR_USERS.get(name);
  if (known !== undefined) {
    process.stderr.write(`cepheid: ${message}\n`);
  } else {
    const what = `internal error: ${message.replace(/^internal error: /, '')}`;
    const advice = 'please report it with the command, the rules and `cepheid version`; --debug shows where';
    process.stderr.write(`cepheid: ${what} (${advice})\n`);
  }
  if (isDebug) process.stderr.write(`${stack}\n`);
  return known ?? EXIT.internal;
}

function program(run: { exitCode: number }): Command {
  const top = new Command('cepheid')
    .description('Complex event processing: EPL rules over recorded event streams, alerts out.')
    .usage('COMMAND [options]')
    .version(`cepheid ${packageVersion()}, Node.js ${process.version}`, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'cepheid: ')) })
    .showHelpAfterError('`cepheid --help` lists the commands')
    .addHelpText(
      'before',
      examples('cepheid check rules/', 'cepheid replay --rules rules/ events.jsonl', 'cepheid replay --help'),
    )
    .addHelpText('after', exitCodes(EXIT_MEANINGS.map(([code]) => code)));
  addCheck(top, run);
  addReplay(top, run);
  addExplain(top, run);
  top
    .command('version')
    .description('Show the version.')
    .action(() => {
      process.stdout.write(`cepheid ${packageVersion()}, Node.js ${process.version}\n`);
    });
  return top;
}

function addCheck(top: Command, run: { exitCode: number }): void {
  const command = top
    .command('check')
    .description('Compile rule files and show what is wrong in them.')
    .usage('[options] PATHS…')
    .argument('<paths...>', 'rule files, folders with *.epl files below, globs; - is standard input')
    .addOption(new Option('--format <format>', 'how to show').choices(['pretty', 'json']).default('pretty'))
    .option('--plan', 'show how the rules can be spread over processes, and what prevents it')
    .option('--deny-warnings', 'exit with 3 when there are warnings')
    .option('--debug', 'with internal errors, show where');
  addLanguageOptions(command)
    .addHelpText(
      'before',
      examples(
        'cepheid check rules/',
        'cepheid check --plan rules/packs/fraud',
        'cepheid check --format json --deny-warnings "rules/**/*.epl"',
        'cat rule.epl | cepheid check -',
      ),
    )
    .addHelpText('after', exitCodes([EXIT.done, EXIT.failed, EXIT.usage, EXIT.warnings, EXIT.internal]))
    .showHelpAfterError(helpOf('check'))
    .action(async (paths: string[], options: CheckOptions) => {
      const { check } = await import('./check.ts');
      run.exitCode = await check(paths, options);
    });
}

function addReplay(top: Command, run: { exitCode: number }): void {
  const many = Number.MAX_SAFE_INTEGER;
  const command = top
    .command('replay')
    .description('Replay recorded events (JSON Lines and CSV; .gz and .zst too) through rules.')
    .usage('--rules PATH [options] EVENTS…')
    .argument('<events...>', 'files or globs; Type=path gives the event type; - is standard input')
    .option('--rules <path>', 'rule file, folder or glob; may be repeated', collect)
    .optionsGroup('Results:')
    .option('--out <file>', 'write alerts as JSON Lines; - is standard output')
    .addOption(
      new Option('--format <format>', 'on standard output; pretty on a terminal, else jsonl').choices([
        ...['pretty', 'jsonl', 'json'],
      ]),
    )
    .option('--statement <name>', 'print the rows of this statement too; may be repeated', collect)
    .option(
      '--query <epl>',
      'at the end ask named windows and tables, print the rows; may be repeated',
      collect,
    )
    .option('--limit <n>', 'end after so many alerts', countValue(1, many))
    .addOption(
      new Option('--summary <format>', 'how the summary on standard error looks')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--quiet', 'no summary, no progress')
    .optionsGroup('Events:')
    .addOption(
      new Option('--input-format <format>', 'of the events, whatever their file is called').choices([
        ...['jsonl', 'csv'],
      ]),
    )
    .option('--type-field <name>', 'field that names the event type', 'type')
    .option('--from <time>', 'only events at or after this time', timeValue)
    .option('--to <time>', 'only events before this time; the clock runs on to it at the end', timeValue)
    .addOption(
      new Option('--on-bad <policy>', 'a line that is no event: count it and go on, or end with 4')
        .choices(['reject', 'fail'])
        .default('reject'),
    )
    .option('--rejects <file>', 'write rejected lines, with place and reason, as JSON Lines')
    .option('--max-bad <n>', 'exit with 4 when more lines than this are rejected', countValue(0, many))
    .optionsGroup('Time:')
    .addOption(
      new Option('--out-of-order <duration>', 'how far behind its split an event may arrive')
        .argParser(durationValue)
        .default(0, '0s'),
    )
    .option('--max-gap <duration>', 'quarantine events that jump further ahead than this', durationValue)
    .addOption(
      new Option('--late <policy>', 'events beyond the bound: drop (count), file or fail').choices([
        ...['drop', 'file', 'fail'],
      ]),
    )
    .option('--late-file <file>', 'write late events there, as JSON Lines')
    .addOption(
      new Option('--speed <factor>', 'pace by event time, as a factor of real time: 1x, 10x, max')
        .argParser(speedValue)
        .default(Number.POSITIVE_INFINITY, 'max'),
    )
    .optionsGroup('Limits on what rules keep:')
    .option('--max-open-runs <n>', 'of one rule (default: by what its runs cost)', countValue(1, many))
    .option('--max-open-runs-per-key <n>', 'of one rule and key (default: not bounded)', countValue(1, many))
    .option('--max-open-runs-total <n>', 'of all rules of a process', countValue(1, many))
    .option('--max-repeat <n>', 'events in one repeat of a pattern', countValue(1, many))
    .option('--max-distinct-keys <n>', 'keys that one `every-distinct` remembers', countValue(1, many))
    .option('--max-partitions <n>', 'partitions of one context', countValue(1, many))
    .option(
      '--max-window-rows <n>',
      'rows of one data window; with groupwin of each key',
      countValue(1, many),
    )
    .option('--max-groups <n>', 'groups of one query', countValue(1, many))
    .addOption(
      new Option('--on-limit <policy>', 'fail ends the run with 1; else the oldest or the newest is dropped')
        .choices(['fail', 'drop-oldest', 'drop-newest'])
        .default('fail'),
    )
    .optionsGroup('Delivery:')
    .option('--webhook <url>', 'post alerts to this address; nothing is sent without --deliver')
    .option('--deliver', 'really send to the webhook')
    .option('--webhook-secret-file <file>', 'file with the signing secret (whsec_…)')
    .option('--webhook-secret-env <name>', 'environment variable with the signing secret')
    .option('--allow-private <cidr>', 'special addresses the webhook may have; `all`: any', collect)
    .option('--dead-letters <file>', 'alerts that cannot be delivered', 'dead-letters.jsonl')
    .optionsGroup('Running:')
    .option('--workers <n>', 'spread the rules over so many processes', countValue(1, 64), 1)
    .addOption(
      new Option('--log-level <level>', 'least level of log lines on standard error')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .option('--debug', 'with internal errors, show where');
  addLanguageOptions(command)
    .addHelpText(
      'before',
      examples(
        'cepheid replay --rules rules/packs/fraud samples/fraud/events.jsonl',
        'cepheid replay --rules rules/ --out alerts.jsonl --out-of-order 5s "day-*.jsonl.gz"',
        'zcat day.jsonl.gz | cepheid replay --rules rules/ - | head',
        'cepheid replay --rules rules/ --workers 4 Txn=transactions.csv logins.jsonl',
        'cepheid replay --rules rules/ --time-unit microseconds --out-of-order 40us quotes.csv',
        "cepheid replay --rules rules/ --query 'select * from Totals order by total desc limit 5' day.jsonl",
      ),
    )
    .addHelpText(
      'after',
      exitCodes(EXIT_MEANINGS.flatMap(([code]) => (code === EXIT.warnings ? [] : [code]))),
    )
    .showHelpAfterError(helpOf('replay'))
    .action(async (events: string[], options: ReplayCommandOptions) => {
      const { replayCommand } = await import('./replay.ts');
      run.exitCode = await replayCommand(events, options);
    });
}

function addExplain(top: Command, run: { exitCode: number }): void {
  const command = top
    .command('explain')
    .description('Show how rules run, how an alert came about, or why there is none.')
    .usage('RULE_PATHS… [--plan] | RULE_PATH (--why ALERT_ID | --why-not KEY=VALUE) EVENTS…')
    .argument(
      '<paths...>',
      'rule files, folders, globs; with --why and --why-not the first, then files of events',
    )
    .option('--plan', 'operators, matcher, states, what bounds their memory, how they spread (the default)')
    .option('--query <epl>', 'also the indexes by which a query finds its rows; may be repeated', collect)
    .option('--why <alert id>', 'the events, steps and guards that led to this alert')
    .option('--why-not <key=value>', 'how far the runs of a key came, and what ended the furthest')
    .option('--at <time>', 'with --why-not: as things stood at this time', timeValue)
    .option('--statement <name>', 'only this statement; may be repeated', collect)
    .addOption(
      new Option('--format <format>', 'how to show; dot and mermaid draw the plan')
        .choices(['text', 'pretty', 'dot', 'mermaid', 'json'])
        .default('text'),
    )
    .addOption(
      new Option('--input-format <format>', 'of the events, whatever their file is called').choices([
        'jsonl',
        'csv',
      ]),
    )
    .option('--type-field <name>', 'field that names the event type', 'type')
    .addOption(
      new Option('--out-of-order <duration>', 'how far behind its split an event may arrive')
        .argParser(durationValue)
        .default(0, '0s'),
    )
    .option('--debug', 'with internal errors, show where');
  addLanguageOptions(command)
    .addHelpText(
      'before',
      examples(
        'cepheid explain rules/ --plan',
        'cepheid explain rules/packs/fraud --statement card-testing',
        'cepheid explain rules/ --format mermaid > rules.mmd',
        'cepheid explain rules/packs/fraud --why alrt_… samples/fraud/events.jsonl',
        'cepheid explain rules/packs/fraud --why-not card=c4 samples/fraud/events.jsonl',
      ),
    )
    .addHelpText('after', exitCodes([EXIT.done, EXIT.failed, EXIT.usage, EXIT.internal]))
    .showHelpAfterError(helpOf('explain'))
    .action(async (paths: string[], options: ExplainOptions) => {
      const { explainCommand } = await import('./explain.ts');
      run.exitCode = await explainCommand(paths, options);
    });
}

const helpOf = (command: string): string => `\`cepheid ${command} --help\` shows the options and examples`;

function exitCodes(codes: readonly number[]): string {
  const meant = EXIT_MEANINGS.filter(([code]) => codes.includes(code));
  const lines = meant.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}\n`);
  return `\nExit codes:\n${lines.join('')}`.trimEnd();
}

function examples(...lines: readonly string[]): string {
  return `Examples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
