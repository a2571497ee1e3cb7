import { testViewCases } from '../../../test/support/view-case.ts';

testViewCases('windows by an expression', [
  {
    name: 'expr',
    views: '#expr(current_count <= 2)',
    events: '0,a 1,b 2,c',
    expected: ['0 a', '1 b', '2 c', '2 - a'],
  },
  {
    name: 'expr of time',
    views: '#expr(newest_timestamp - oldest_timestamp < 1000)',
    events: '0,a 500,b 1200,c 9000,d',
    expected: ['0 a', '500 b', '1200 c', '1200 - a', '9000 d', '9000 - b', '9000 - c'],
  },
  {
    name: 'expr of events',
    views: '#expr(newest_event.k = oldest_event.k)',
    events: '0,a,1 1,b,1 2,c,2 3,d,2',
    expected: ['0 a', '1 b', '2 c', '2 - a', '2 - b', '3 d'],
  },
  {
    name: 'expr of aggregates',
    views: '#expr(sum(v) < 10)',
    events: '0,a,0,4 1,b,0,5 2,c,0,3 3,d,0,12 4,e,0,1',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '3 - b', '3 - c', '3 - d', '4 e'],
  },
  {
    name: 'expr of the window itself, which is there',
    views: '#expr(view_reference is not null and current_count < 2)',
    events: '0,a 1,b',
    expected: ['0 a', '1 b', '1 - a'],
  },
  {
    name: 'expr counting',
    views: '#expr(expired_count < 1 and current_count < 3 or expired_count >= 1)',
    events: '0,a 1,b 2,c 3,d',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '3 - b'],
  },
  {
    name: 'expr_batch',
    views: '#expr_batch(current_count >= 2)',
    events: '0,a 1,b 2,c 3,d',
    expected: ['1 a', '1 b', '3 c', '3 d', '3 - a', '3 - b'],
  },
  {
    name: 'expr_batch without its last',
    views: '#expr_batch(v > 5, false)',
    events: '0,a,0,1 1,b,0,9 2,c,0,1 3,d,0,7',
    expected: ['1 a', '3 b', '3 c', '3 - a'],
  },
  {
    name: 'expr_batch without its last keeps the time of its first item, as it never is empty again',
    views: '#expr_batch(newest_timestamp - oldest_timestamp > 2, false)',
    events: '0,a 1,b 3,c 4,d',
    expected: ['3 a', '3 b', '4 c', '4 - a', '4 - b'],
  },
  {
    name: 'expr_batch of aggregates',
    views: '#expr_batch(sum(v) > 5)',
    events: '0,a,0,4 1,b,0,5 2,c,0,3 3,d,0,4',
    expected: ['1 a', '1 b', '3 c', '3 d', '3 - a', '3 - b'],
  },
]);
