import type { ContextCondition, ContextLevel } from './context-plan.ts';
import type { Plan, StatementPlan } from './plan.ts';

/** What a statement has to do with a context, for people; null when nothing. */
export function explainContext({ query, context }: StatementPlan, plan: Plan): string | null {
  if (context !== null) return `in each partition of \`${plan.contexts[context]?.name}\``;
  const created = query.createsContext === null ? undefined : plan.contexts[query.createsContext];
  if (created === undefined) return null;
  return created.levels.map((level) => levelText(level, plan)).join('; in each of them ');
}

function levelText(level: ContextLevel, plan: Plan): string {
  const typeName = (type: number) => plan.types[type]?.name ?? '?';
  switch (level.kind) {
    case 'keyed': {
      const keys = level.items.map(({ type, keys: own }) => {
        const names = own.map((key) =>
          key.op === 'field' ? plan.types[type]?.fields[key.field]?.name : '…',
        );
        return `${names.join(', ')} of ${typeName(type)}`;
      });
      return `a partition for each ${keys.join(', ')}, found by a hash, ${endText(level.terminated, typeName)}`;
    }
    case 'hash':
      return `${level.granularity} partitions, found by a hash of keys, which nothing ends`;
    case 'category': {
      const labels = level.categories.map(({ label }) => label);
      return `a partition for each of ${labels.join(', ')}, whose conditions are tried, which nothing ends`;
    }
    case 'span': {
      const start = level.start === null ? 'at once' : `by ${pointText(level.start, typeName)}`;
      const many = level.overlapping ? 'partitions' : 'one partition at a time';
      return `${many}, begun ${start}, ${endText(level.end, typeName)}`;
    }
  }
}

function endText(end: ContextCondition | null, typeName: (type: number) => string): string {
  return end === null ? 'which nothing ends' : `ended by ${pointText(end, typeName)}`;
}

function pointText(point: ContextCondition, typeName: (type: number) => string): string {
  if (point.kind === 'filter') return typeName(point.type);
  if (point.kind === 'pattern') return 'a pattern';
  return point.kind === 'crontab' ? 'a crontab' : 'the clock';
}
