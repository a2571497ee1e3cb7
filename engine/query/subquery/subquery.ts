import { unreachable } from '../../core/assert.ts';
import type { EventRecord, Value } from '../../event/record.ts';
import type { SubqueryRead } from '../../expr/ir-subquery.ts';
import { makeRow } from '../../expr/operations.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan, StoreInput } from '../../plan/plan.ts';
import type { SubqueryPlan } from '../../plan/subquery-plan.ts';
import { leavesInOrder } from '../aggregate/leave-order.ts';
import { AggregationService } from '../aggregate/service.ts';
import { ItemBinder } from '../item.ts';
import { createSource, type QuerySource, type SourceOwner } from '../query-source.ts';
import { ResultFrame } from '../result/result-frame.ts';
import type { StatementAtom, StatementHost } from '../statement.ts';
import { TableStore } from '../table/table-store.ts';
import { createViewChain } from '../view/create-view.ts';
import { PreviousItems } from '../view/previous.ts';
import type { View, ViewChild } from '../view/view.ts';
import { viewHostOf } from '../view/view-host.ts';
import { AggregatedRows } from './aggregated-rows.ts';
import { PlainRows } from './plain-rows.ts';
import { quantify } from './quantify.ts';
import type { ComparisonKind, SubqueryResult } from './result.ts';
import { type RowSet, SubqueryRows } from './row-store.ts';
import { SubqueryTable } from './table-rows.ts';

/** One subquery of a running statement: its stream, windows and rows. */
export class Subquery {
  readonly atoms: readonly StatementAtom[];
  private readonly plan: SubqueryPlan;
  private readonly host: StatementHost;
  private readonly statement: StatementPlan;
  private readonly source: QuerySource;
  private readonly previous: PreviousItems | null;
  private readonly result: SubqueryResult;
  private view: View | null = null;
  /** What the source gives to: the windows, or what follows them. */
  private first: ViewChild;

  constructor(plan: SubqueryPlan, owner: SourceOwner, host: StatementHost) {
    const { input } = plan;
    this.plan = plan;
    this.host = host;
    this.statement = owner.plan;
    const frame = new ResultFrame();
    const binder = new ItemBinder('event', host.env, host.backend, frame);
    this.previous = createPrevious(plan, frame, binder);
    this.result = createResult(plan, owner.plan, { frame, binder, host });
    const isWindowed = input.views.length > 0 || input.kind === 'store';
    this.first = this.previous?.follow(0, isWindowed, this.result) ?? this.result;
    this.source = createSource(input, owner, host, (added, removed) => this.first.update(added, removed));
    this.atoms = this.source.atoms;
  }

  /** Makes its windows: by then timers have their order. Before anything comes in. */
  open(): void {
    if (this.plan.input.views.length === 0) return;
    this.view = this.createView(this.first);
    this.first = this.view;
  }

  start(): void {
    this.source.start();
  }

  onAtom(atom: number, event: EventRecord): void {
    this.source.onAtom(atom, event);
  }

  flush(): void {
    this.source.flush();
  }

  /** Answers a question about its rows. */
  answer(read: SubqueryRead, operand: Value): Value {
    const { result } = this;
    switch (read.kind) {
      case 'row':
        return result.row();
      case 'rows':
        return read.column === null ? result.rows(read.fillsField) : rowOf(result.rows(false), read.column);
      case 'exists':
        return result.exists();
      case 'in':
      case 'quantified': {
        let value: boolean | null = null;
        const hasRows = result.compare(
          (rows) => {
            value = quantify(read, operand, rows);
          },
          operand,
          comparisonOf(read),
        );
        return hasRows ? value : null;
      }
      default:
        return unreachable(read);
    }
  }

  stop(): void {
    this.source.stop();
    this.view?.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return {
      source: this.source.snapshot(writer),
      view: this.view?.snapshot(writer) ?? null,
      previous: this.previous?.snapshot(writer) ?? null,
      result: this.result.snapshot(writer),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { source, view, previous, result } = state as Record<string, unknown>;
    this.source.restore(source, reader);
    this.view?.restore(view, reader);
    this.previous?.restore(previous, reader);
    this.result.restore(result, reader);
  }

  private createView(child: ViewChild): View {
    const { plan, statement, host } = this;
    const { views, retain } = plan.input;
    const binder = new ItemBinder('event', host.env, host.backend);
    const chain = createViewChain(views, retain, viewHostOf(statement, host, binder), child);
    this.previous?.observe(0, chain);
    return chain;
  }
}

function comparisonOf(read: SubqueryRead): ComparisonKind {
  if (read.kind !== 'quantified') return 'in';
  return read.operator === '=' || read.operator === '!=' ? 'equality' : 'order';
}

/** The only value as a row of one column. */
function rowOf(values: Value, column: string): Value {
  const [value = null] = (values ?? []) as readonly Value[];
  return values === null ? null : [makeRow([column], [value])];
}

function createPrevious(
  { previous: plans }: SubqueryPlan,
  frame: ResultFrame,
  binder: ItemBinder,
): PreviousItems | null {
  if (plans.length === 0) return null;
  const previous = new PreviousItems(plans, 1, { binder, isJoin: false, isInsert: () => true });
  frame.others = previous;
  return previous;
}

function createResult(
  plan: SubqueryPlan,
  statement: StatementPlan,
  { frame, binder, host }: { frame: ResultFrame; binder: ItemBinder; host: StatementHost },
): SubqueryResult {
  const { aggregates, groupBy, input, where, isCorrelated } = plan;
  const store = input.kind === 'store' ? host.store(input.store) : null;
  const table = store instanceof TableStore ? store : null;
  const rows = (): RowSet => {
    if (table === null) return new SubqueryRows(plan.lookup, binder);
    return new SubqueryTable(table, plan.lookup, binder.predicate((input as StoreInput).filter), binder);
  };
  if (aggregates.length === 0) return new PlainRows(plan, rows(), binder, host.types);
  const keys = groupBy === null ? null : { keys: groupBy, sets: null, reclaim: null };
  const service = new AggregationService(
    { aggregates, groupBy: keys },
    {
      statementName: statement.name,
      binder,
      leavesInOrder: !isCorrelated && leavesInOrder({ inputs: [input], where, groupBy: keys }),
    },
  );
  frame.aggregates = service;
  return new AggregatedRows(plan, isCorrelated || table !== null ? rows() : null, binder, service);
}
