import { cardTesting, impossibleTravel } from '../support/reference/fraud.ts';
import { type Detector, type Finding, groupBy } from '../support/reference/plain-event.ts';
import { heartbeatLost, sustainedOverLimit, twoSensorsAgree } from '../support/reference/sensor.ts';
import { queueSpillBack, stoppedVehicle } from '../support/reference/traffic.ts';

/** One line of a file by column name. */
export type Row = Record<string, string>;

/** One stream of rows and what must be found in it. */
export interface RealSet {
  readonly name: string;
  /** Files under DATA; each is a split. */
  readonly files: readonly string[];
  readonly rules: readonly string[];
  readonly separator?: string;
  readonly columns?: readonly string[];
  /** A row as it goes into the replay, with its type. */
  send(row: Row, file: string): Record<string, unknown> & { readonly type: string };
  timeOf(row: Row): number;
  /** The events the rules see for a row, for the detectors. */
  see(row: Row, file: string): readonly { readonly type: string; readonly fields: Record<string, unknown> }[];
  readonly detectors: readonly Detector[];
  /** Out-of-order bounds to replay with; the first must admit every row. */
  readonly bounds: readonly { readonly text: string; readonly ms: number }[];
  /** Facts about the answer that are known from the data: findings by rule. */
  readonly counts: { readonly [rule: string]: number };
  /** Findings of a rule that carry a label of the data. */
  readonly labelled?: {
    readonly rule: string;
    readonly column: string;
    readonly value: number;
    readonly count: number;
  };
}

const MPH = 1.609344;
const utc = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
const number = (row: Row, column: string) => Number(row[column]);
const exact = { text: '0', ms: 0 };

/**
 * Looks for the first failure of the machine within a day of an error, and for errors without one for a week.
 */
const errorsAndFailures: Detector = (events, end) => {
  const findings: Finding[] = [];
  for (const story of groupBy(events, ['PdmError', 'PdmFailure'], 'machineID')) {
    story.forEach((error, i) => {
      if (error.type !== 'PdmError') return;
      const key = { machine: error.fields.machineID };
      const wait = (story.slice(i + 1).find(({ type }) => type === 'PdmFailure')?.time ?? 1e15) - error.time;
      if (wait < 86_400_000) findings.push({ rule: 'error-then-failure', time: error.time + wait, key });
      const week = error.time + 7 * 86_400_000;
      if (wait >= 7 * 86_400_000 && week <= end)
        findings.push({ rule: 'error-without-failure', time: week, key });
    });
  }
  return findings;
};

/** Amounts over 220; two over 200 of one customer within a day with none under 20 in between. */
const largeAmounts: Detector = (events) => {
  const findings: Finding[] = [];
  for (const story of groupBy(events, ['HandbookRow'], 'customer')) {
    story.forEach(({ time, fields }, i) => {
      const key = { customer: fields.customer };
      if (fields.amount > 220) findings.push({ rule: 'over-220', time, key });
      if (!(fields.amount > 200)) return;
      const next = story.slice(i + 1).find((one) => one.fields.amount > 200 || one.fields.amount < 20);
      if (next !== undefined && next.fields.amount > 200 && next.time - time < 86_400_000)
        findings.push({ rule: 'large-again', time: next.time, key });
    });
  }
  return findings;
};

/** The sets that are replayed. */
export const SETS: readonly RealSet[] = [
  {
    name: 'sparkov-200cards: card testing and impossible travel',
    files: ['fraud/sparkov-200cards/transactions.csv.gz'],
    rules: ['rules/packs/fraud', 'test/real-data/sparkov.epl'],
    send: (row) => ({
      type: 'SparkovRow',
      at: `${row.trans_date}T${row.trans_time}Z`,
      cc_num: row.cc_num,
      amt: number(row, 'amt'),
      category: row.category,
      merchant: row.merchant,
      merch_lat: number(row, 'merch_lat'),
      merch_long: number(row, 'merch_long'),
      state: row.state,
    }),
    timeOf: (row) => number(row, 'unix_time') * 1000,
    see: (row) => {
      const [lat, lon] = [number(row, 'merch_lat'), number(row, 'merch_long')];
      const present = !/_net$/.test(row.category as string);
      const fields = { card: row.cc_num, amount: number(row, 'amt'), present, lat, lon };
      return [{ type: 'CardCharge', fields }];
    },
    detectors: [cardTesting, impossibleTravel],
    bounds: [exact],
    counts: { 'impossible-travel': 778 },
  },
  {
    name: 'fdh-simulated: large amounts',
    files: ['fraud/fdh-simulated/transactions_2018-06-01_2018-06-21.csv.gz'],
    rules: ['test/real-data/fdh.epl'],
    send: (row) => ({
      type: 'HandbookRow',
      TX_DATETIME: row.TX_DATETIME,
      CUSTOMER_ID: row.CUSTOMER_ID,
      TERMINAL_ID: row.TERMINAL_ID,
      TX_AMOUNT: number(row, 'TX_AMOUNT'),
      TX_FRAUD_SCENARIO: number(row, 'TX_FRAUD_SCENARIO'),
    }),
    timeOf: (row) => utc(row.TX_DATETIME as string),
    see: (row) => [
      { type: 'HandbookRow', fields: { customer: row.CUSTOMER_ID, amount: number(row, 'TX_AMOUNT') } },
    ],
    detectors: [largeAmounts],
    bounds: [exact],
    counts: { 'over-220': 327, 'large-again': 93 },
    // All 113 rows of the first scenario are among them.
    labelled: { rule: 'over-220', column: 'scenario', value: 1, count: 113 },
  },
  {
    name: 'capmetro-vehicle-positions: stopped buses, files by vehicle, a day with a change of the clocks',
    files: ['2015-03-08', '2015-09-06'].map((day) => `traffic/capmetro-vehicle-positions/${day}.csv.gz`),
    rules: ['rules/packs/traffic', 'test/real-data/capmetro.epl'],
    send: (row) => ({
      type: 'CapMetroRow',
      vehicle_id: row.vehicle_id,
      timestamp: row.timestamp,
      speed: number(row, 'speed'),
      latitude: number(row, 'latitude'),
      longitude: number(row, 'longitude'),
    }),
    timeOf: (row) => Date.parse(row.timestamp as string),
    see: (row) => {
      const [lat, lon, speedKmh] = [
        number(row, 'latitude'),
        number(row, 'longitude'),
        number(row, 'speed') * MPH,
      ];
      return [{ type: 'VehiclePosition', fields: { vehicle: row.vehicle_id, lat, lon, speedKmh } }];
    },
    detectors: [stoppedVehicle],
    bounds: [{ text: '25h', ms: 25 * 3_600_000 }, { text: '2h', ms: 2 * 3_600_000 }, exact],
    counts: { 'stopped-vehicle': 832 },
  },
  {
    name: 'nab-realtraffic: queues at three sensors',
    files: ['6005', '7578', 't4013'].map((sensor) => `traffic/nab-realtraffic/speed_${sensor}.csv`),
    rules: ['rules/packs/traffic', 'test/real-data/nab-speed.epl'],
    send: (row, file) => ({
      type: 'NabSpeed',
      timestamp: row.timestamp,
      sensor: sensorOf(file),
      value: number(row, 'value'),
    }),
    timeOf: (row) => utc(row.timestamp as string),
    see: (row, file) => {
      const detector = sensorOf(file);
      const position = ['t4013', '6005', '7578'].indexOf(detector) + 1;
      const fields = {
        road: 'ring',
        detector,
        position,
        speedKmh: number(row, 'value'),
        occupancy: 100,
      };
      return [{ type: 'DetectorReading', fields }];
    },
    detectors: [queueSpillBack],
    bounds: [exact],
    counts: { 'queue-spill-back': 1 },
  },
  {
    name: 'nab-known-cause: a machine that stays hot, one step back of the clock',
    files: ['sensors/nab-known-cause/machine_temperature_system_failure.csv.gz'],
    rules: ['rules/packs/sensor', 'test/real-data/machine-temperature.epl'],
    send: (row) => ({ type: 'MachineRow', timestamp: row.timestamp, value: number(row, 'value') }),
    timeOf: (row) => utc(row.timestamp as string),
    see: (row) => {
      const fields = {
        sensor: 'machine',
        unit: 'machine',
        quantity: 'temperature',
        value: number(row, 'value'),
      };
      return [{ type: 'Reading', fields: { ...fields, upperLimit: 100 } }];
    },
    detectors: [sustainedOverLimit],
    bounds: [{ text: '1h', ms: 3_600_000 }, exact],
    counts: { 'sustained-over-limit': 76 },
  },
  {
    name: 'uci-occupancy: bad air and lost signs of life in a room, three files',
    files: ['datatraining.txt.gz', 'datatest.txt', 'datatest2.txt.gz'].map(
      (name) => `sensors/uci-occupancy/${name}`,
    ),
    rules: ['rules/packs/sensor', 'test/real-data/occupancy.epl'],
    columns: ['number', 'date', 'Temperature', 'Humidity', 'Light', 'CO2', 'HumidityRatio', 'Occupancy'],
    send: (row) => ({
      type: 'RoomRow',
      date: row.date,
      Temperature: number(row, 'Temperature'),
      CO2: number(row, 'CO2'),
      Occupancy: number(row, 'Occupancy'),
    }),
    timeOf: (row) => utc(row.date as string),
    see: (row) => {
      const reading = {
        sensor: 'co2',
        unit: 'room',
        quantity: 'co2',
        value: number(row, 'CO2'),
        upperLimit: 1000,
      };
      return [
        { type: 'Heartbeat', fields: { device: 'room', intervalSec: 60 } },
        { type: 'Reading', fields: reading },
      ];
    },
    detectors: [sustainedOverLimit, heartbeatLost],
    bounds: [exact],
    counts: { 'sustained-over-limit': 14, 'heartbeat-lost': 2 },
  },
  {
    name: 'skab: two accelerometers of a pump, four experiments',
    files: ['valve1_00', 'valve1_01', 'valve1_02', 'valve2_00'].map((name) => `sensors/skab/${name}.csv`),
    rules: ['rules/packs/sensor', 'test/real-data/skab.epl'],
    separator: ';',
    send: (row, file) => ({
      type: 'PumpRow',
      datetime: row.datetime,
      run: file,
      Accelerometer1RMS: number(row, 'Accelerometer1RMS'),
      Accelerometer2RMS: number(row, 'Accelerometer2RMS'),
    }),
    timeOf: (row) => utc(row.datetime as string),
    see: (row, file) =>
      [1, 2].map((i) => {
        const value = number(row, `Accelerometer${i}RMS`);
        const place = { sensor: `${file}-${i}`, unit: file, quantity: 'vibration' };
        return { type: 'Reading', fields: { ...place, value, upperLimit: i === 1 ? 0.027 : 0.041 } };
      }),
    detectors: [sustainedOverLimit, twoSensorsAgree],
    bounds: [exact],
    counts: { 'two-sensors-agree': 514 },
  },
  {
    name: 'azure-pdm: errors and failures of a hundred machines, files by machine',
    files: ['PdM_errors.csv', 'PdM_failures.csv'].map((name) => `sensors/azure-pdm/${name}`),
    rules: ['test/real-data/azure-pdm.epl'],
    send: (row) => {
      const machineID = number(row, 'machineID');
      if (row.errorID === undefined)
        return { type: 'PdmFailure', datetime: row.datetime, machineID, failure: row.failure };
      return { type: 'PdmError', datetime: row.datetime, machineID, errorID: row.errorID };
    },
    timeOf: (row) => utc(row.datetime as string),
    see: (row) => {
      const type = row.errorID === undefined ? 'PdmFailure' : 'PdmError';
      return [{ type, fields: { machineID: number(row, 'machineID') } }];
    },
    detectors: [errorsAndFailures],
    bounds: [
      { text: '400d', ms: 400 * 86_400_000 },
      { text: '30d', ms: 30 * 86_400_000 },
    ],
    counts: { 'error-then-failure': 66, 'error-without-failure': 2483 },
  },
];

function sensorOf(file: string): string {
  return file.replace('speed_', '');
}
