import { testViewCases } from '../../../test/support/view-case.ts';

testViewCases('windows that slide', [
  {
    name: 'length',
    views: '#length(2)',
    events: '0,a 1000,b 2000,c',
    expected: ['0 a', '1000 b', '2000 c', '2000 - a'],
  },
  {
    name: 'time',
    views: '#time(2 sec)',
    events: '0,a 1000,b 1000,c 2000,d',
    until: 5000,
    expected: ['0 a', '1000 b', '1000 c', '2000 - a', '2000 d', '3000 - b', '3000 - c', '4000 - d'],
  },
  {
    name: 'time by the calendar',
    views: '#time(1 month)',
    events: '0,a 2678399999,b 2678400000,c',
    until: 2678400000,
    expected: ['0 a', '2678399999 b', '2678400000 - a', '2678400000 c'],
  },
  {
    name: 'ext_timed',
    views: '#ext_timed(at, 2 sec)',
    events: '0,a,0,0,100 5,b,0,0,1500 6,c,0,0,2100 7,d,0,0,9000',
    expected: ['0 a', '5 b', '6 c', '6 - a', '7 d', '7 - b', '7 - c'],
  },
  { name: 'keepall', views: '#keepall', events: '0,a 1,b', expected: ['0 a', '1 b'] },
  { name: 'lastevent', views: '#lastevent', events: '0,a 1,b', expected: ['0 a', '1 b', '1 - a'] },
  { name: 'firstevent', views: '#firstevent', events: '0,a 1,b', expected: ['0 a'] },
  { name: 'firstlength', views: '#firstlength(2)', events: '0,a 1,b 2,c', expected: ['0 a', '1 b'] },
  {
    name: 'firsttime',
    views: '#firsttime(2 sec)',
    events: '0,a 1999,b 2000,c 3000,d',
    expected: ['0 a', '1999 b'],
  },
  {
    name: 'unique',
    views: '#unique(k)',
    events: '0,a,1 1,b,2 2,c,1',
    expected: ['0 a', '1 b', '2 c', '2 - a'],
  },
  {
    name: 'unique of two keys',
    views: '#unique(k, v)',
    events: '0,a,1,1 1,b,1,2 2,c,1,1',
    expected: ['0 a', '1 b', '2 c', '2 - a'],
  },
  { name: 'firstunique', views: '#firstunique(k)', events: '0,a,1 1,b,2 2,c,1', expected: ['0 a', '1 b'] },
  {
    name: 'time_accum',
    views: '#time_accum(2 sec)',
    events: '0,a 1500,b 3499,c',
    until: 9000,
    expected: ['0 a', '1500 b', '3499 c', '5499 - a', '5499 - b', '5499 - c'],
  },
]);
