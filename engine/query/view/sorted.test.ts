import { testStatementCases } from '../../../test/support/statement-case.ts';
import { testViewCases } from '../../../test/support/view-case.ts';

testViewCases('windows in another order than that of arrival', [
  {
    name: 'sort',
    views: '#sort(2, v desc)',
    events: '0,a,0,5 1,b,0,7 2,c,0,6 3,d,0,1 4,e,0,6',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '3 - d', '4 e', '4 - c'],
  },
  {
    name: 'sort by two',
    views: '#sort(2, k, v desc)',
    events: '0,a,1,5 1,b,1,7 2,c,0,6 3,d,1,9',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '3 - b'],
  },
  {
    name: 'rank',
    views: '#rank(k, 2, v desc)',
    events: '0,a,1,5 1,b,1,7 2,c,2,6 3,d,3,1 4,e,3,6 5,f,2,9',
    expected: ['0 a', '1 b', '1 - a', '2 c', '3 d', '3 - d', '4 e', '4 - c', '5 f', '5 - e'],
  },
  {
    name: 'time_order',
    views: '#time_order(at, 2 sec)',
    events: '1000,a,0,0,900 1500,b,0,0,700 2000,c,0,0,1900 2100,d,0,0,50',
    until: 5000,
    expected: ['1000 a', '1500 b', '2000 c', '2100 d', '2100 - d', '2700 - b', '2900 - a', '3900 - c'],
  },
  {
    name: 'timetolive',
    views: '#timetolive(at)',
    events: '1000,a,0,0,3000 1500,b,0,0,2000 1600,c,0,0,1500',
    until: 5000,
    expected: ['1000 a', '1500 b', '1600 c', '1600 - c', '2000 - b', '3000 - a'],
  },
]);

testStatementCases('rank passes over nulls', [
  {
    name: 'an event whose only criterion is null is not replaced by the next of its key',
    rules: `create schema P(id string, k int, v int);
      @name('out') select irstream id from P#rank(k, 2, v desc)`,
    events: [
      [0, 'P', { id: 'a', k: 0, v: null }],
      [1, 'P', { id: 'b', k: 1, v: 7 }],
      [2, 'P', { id: 'c', k: 0, v: 8 }],
      [3, 'P', { id: 'd', k: 0, v: 9 }],
      [4, 'P', { id: 'e', k: 2, v: 3 }],
    ],
    expected: [
      '0 out {"id":"a"}',
      '1 out {"id":"b"}',
      '2 out {"id":"c"}',
      '2 out - {"id":"a"}',
      '3 out {"id":"d"}',
      '3 out - {"id":"b"}',
      '4 out {"id":"e"}',
      '4 out - {"id":"e"}',
    ],
  },
]);
