import { expect, test } from 'vitest';
import { removalLog } from '../../../test/support/removal.ts';

/** Views, steps, and what is given on; see `removalLog`. */
const CASES: readonly (readonly [views: string, steps: string, log: string])[] = [
  ['#keepall', 'a b -a', '+a +b -a =b'],
  ['#length(2)', 'a b -a c d', '+a +b -a +c +d-b =cd'],
  ['#length_batch(2)', 'a -a b c -b d e', '+b+c +d+e-b-c ='],
  ['#time(1 sec)', 'a b -a @500 c @2000', '+a +b -a +c -b -c ='],
  ['#ext_timed(at, 1 sec)', 'a b -a @1200 c', '+a +b -a +c-b =c'],
  ['#time_batch(1 sec)', 'a b -a @1500 c @3500', '+b +c-b -c ='],
  ['#time_length_batch(1 sec, 2)', 'a -a b @500 c @2000', '+b+c -b-c ='],
  ['#ext_timed_batch(at, 1 sec)', 'a b -a @500 c @1600 d', '-a +b+c =d'],
  ['#time_accum(1 sec)', 'a @500 b -b @1200 c -c -x @2500', '+a +b -b -a +c -c ='],
  ['#sort(2, v)', 'a b -a c d', '+a +b -a +c +d-d =bc'],
  ['#rank(k, 2, v)', 'a b -a c d', '+a +b -a +c +d-b =cd'],
  ['#time_order(at, 1 sec)', 'a b -a @1500', '+a +b -a -b ='],
  ['#timetolive(current_timestamp + 1000)', 'a @500 b -a @1700', '+a +b -a -b ='],
  ['#unique(k)', 'a b -a c', '+a +b -a +c =bc'],
  ['#firstunique(k)', 'a b -a c', '+a +b -a +c =bc'],
  ['#lastevent', 'a -a b', '+a -a +b =b'],
  ['#firstevent', 'a b -a c', '+a -a +c =c'],
  ['#firstlength(1)', 'a b -a c', '+a -a +c =c'],
  ['#firsttime(1 sec)', 'a -a @1000 b', '+a -a ='],
  ['#expr(current_count <= 2)', 'a b -a c d', '+a +b -a +c +d-b =cd'],
  ['#expr(sum(v) < 3)', 'a b -b c d', '+a +b-a -b +c-c +d-d ='],
  ['#expr_batch(current_count >= 2)', 'a -a b c', '+b+c ='],
  ['#expr_batch(sum(v) >= 6)', 'a b -a c', ' =bc'],
  ['#session(k, 1 sec)', 'a b -a @900 c -c @2500', '+a +b -a +c -c -b ='],
  ['#hop(2 sec, 1 sec)', 'a b -a @1500 c @4500', '+b +b+c-b +c-b-c -c ='],
  ['#tumble(1 sec)', 'a b -a @2500', '+b -b ='],
  ['#groupwin(k)#length(1)', 'a b -a c', '+a +b -a +c =cb'],
  ['#length(2)#time(1 sec)', 'a b -a c d @2000', '+a +b -a +c +d-b -c-d ='],
  ['#unique(k)#length_batch(2)', 'a -a b c d', '+b+c =d'],
  ['#length(1)#time(1 sec) retain-union', 'a b -a c @2000', '+a +b -a +c -b =c'],
  ['#length(2)#size', 'a b -a c', '+1-0 +2-1 +1-2 +2-1 =2'],
];

test.each(CASES)('what is taken out of %s by %s', (views, steps, log) => {
  expect(removalLog(views, steps)).toBe(log);
});
