import {
  type Detector,
  type Finding,
  groupBy,
  HOUR,
  kmBetween,
  MINUTE,
  type PlainEvent,
} from './plain-event.ts';

/** Looks back from each large charge at the last three small ones of the card. */
export const cardTesting: Detector = (events) => {
  const findings: Finding[] = [];
  for (const charges of groupBy(events, ['CardCharge'], 'card')) {
    for (let i = 0; i < charges.length; i++) {
      const large = charges[i] as PlainEvent;
      if (!(large.fields.amount >= 150)) continue;
      const before = charges.slice(0, i);
      const small = before.filter(({ fields }) => fields.amount > 0 && fields.amount <= 3).slice(-3);
      if (small.length < 3) continue;
      const [s1, s2, s3] = small as [PlainEvent, PlainEvent, PlainEvent];
      const afterTests = before.slice(before.indexOf(s3) + 1);
      if (afterTests.some(({ fields }) => fields.amount >= 150)) continue;
      const quick = s2.time - s1.time < 10 * MINUTE && s3.time - s2.time < 10 * MINUTE;
      if (quick && large.time - s3.time < HOUR)
        findings.push({ rule: 'card-testing', time: large.time, key: { card: large.fields.card } });
    }
  }
  return findings;
};

/** Compares each card-present charge with the one before. */
export const impossibleTravel: Detector = (events) => {
  const findings: Finding[] = [];
  for (const charges of groupBy(events, ['CardCharge'], 'card')) {
    const present = charges.filter(({ fields }) => fields.present === true);
    for (let i = 1; i < present.length; i++) {
      const [a, b] = [present[i - 1] as PlainEvent, present[i] as PlainEvent];
      const places = [a.fields.lat, a.fields.lon, b.fields.lat, b.fields.lon];
      if (b.time - a.time >= 24 * HOUR || places.some((one) => typeof one !== 'number')) continue;
      const km = kmBetween(...(places as [number, number, number, number]));
      if (km > 50 + (900 * (b.time - a.time)) / HOUR)
        findings.push({ rule: 'impossible-travel', time: b.time, key: { card: b.fields.card } });
    }
  }
  return findings;
};

/** Looks back from each payout at what happened since the last change. */
export const payoutAfterChange: Detector = (events) => {
  const findings: Finding[] = [];
  for (const story of groupBy(events, ['CredentialChange', 'StepUp', 'Payout'], 'account')) {
    for (let i = 0; i < story.length; i++) {
      const payout = story[i] as PlainEvent;
      if (payout.type !== 'Payout' || !(payout.fields.amount >= 100)) continue;
      const changedAt = story.slice(0, i).findLastIndex(({ type }) => type === 'CredentialChange');
      if (changedAt < 0 || payout.time - (story[changedAt] as PlainEvent).time >= HOUR) continue;
      const since = story.slice(changedAt + 1, i);
      const verified = since.some(({ type, fields }) => type === 'StepUp' && fields.passed === true);
      const reported = since.some(({ type, fields }) => type === 'Payout' && fields.amount >= 100);
      if (verified || reported) continue;
      const key = { account: payout.fields.account };
      findings.push({ rule: 'payout-after-change', time: payout.time, key });
    }
  }
  return findings;
};
