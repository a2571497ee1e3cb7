import { type Command, InvalidArgumentError, Option } from 'commander';
import { type MathContext, ROUNDING_MODES } from '../../engine/event/decimal-division.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';
import type { CompileOptions } from '../../rules/index.ts';
import { timeUnitValue, zoneValue } from './option-values.ts';

/** Options that say what rules mean, the same for every command that reads rules. */
export interface LanguageOptions {
  readonly zone: string;
  readonly timeUnit: TimeUnit;
  readonly mathContext?: MathContext;
  readonly wholeDivision?: boolean;
  readonly zeroDivisionNull?: boolean;
  readonly defaultStream?: 'istream' | 'rstream' | 'irstream';
  readonly defaultSchema?: 'map' | 'objectarray' | 'json';
  readonly standardAggregation?: boolean;
}

/** Adds the options to a command. */
export function addLanguageOptions(command: Command): Command {
  return command
    .optionsGroup('Meaning of rules:')
    .option('--zone <zone>', 'time zone of calendar arithmetic, e.g. Europe/Berlin', zoneValue, 'UTC')
    .addOption(
      new Option('--time-unit <unit>', 'what times count in rules and events, milliseconds or microseconds')
        .argParser(timeUnitValue)
        .default('milliseconds'),
    )
    .option(
      '--math-context <digits[:rounding]>',
      'round quotients and averages of decimals, e.g. 10:HALF_UP',
      contextValue,
    )
    .option('--whole-division', 'whole numbers divide to whole numbers; without it to doubles')
    .option('--zero-division-null', 'a division by zero gives null')
    .addOption(
      new Option(
        '--default-stream <stream>',
        'rows of a select that does not say (default: istream)',
      ).choices([...['istream', 'rstream', 'irstream']]),
    )
    .addOption(
      new Option('--default-schema <kind>', 'kind of a schema that does not say (default: map)').choices([
        ...['map', 'objectarray', 'json'],
      ]),
    )
    .option(
      '--standard-aggregation',
      'refuse the aggregate functions that are extensions, e.g. nth and rate',
    );
}

/** The settings of a compilation that the options ask for. */
export function languageSettings(
  options: LanguageOptions,
): Pick<CompileOptions, 'zone' | 'timeUnit' | 'division' | 'defaults'> {
  const { mathContext, wholeDivision, zeroDivisionNull, defaultStream, defaultSchema, standardAggregation } =
    options;
  return {
    zone: options.zone,
    timeUnit: options.timeUnit,
    division: {
      ...(mathContext === undefined ? {} : { context: mathContext }),
      ...(wholeDivision === undefined ? {} : { isWhole: wholeDivision }),
      ...(zeroDivisionNull === undefined ? {} : { zeroGivesNull: zeroDivisionNull }),
    },
    defaults: {
      ...(defaultStream === undefined ? {} : { selector: defaultStream }),
      ...(defaultSchema === undefined ? {} : { representation: defaultSchema }),
      ...(standardAggregation === undefined ? {} : { isAggregationStandard: standardAggregation }),
    },
  };
}

/** `34`, `10:HALF_UP`; without a rounding it is HALF_EVEN. */
function contextValue(text: string): MathContext {
  const [digits = '', name = 'HALF_EVEN', more] = text.split(':');
  const rounding = ROUNDING_MODES.find((mode) => mode === name.toUpperCase());
  const precision = Number(digits);
  if (/^\d{1,4}$/.test(digits) && precision > 0 && rounding !== undefined && more === undefined) {
    return { precision, rounding };
  }
  throw new InvalidArgumentError(
    `A math context is written 10 or 10:HALF_UP; roundings: ${ROUNDING_MODES.join(', ')}.`,
  );
}
