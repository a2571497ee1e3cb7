import { testViewCases } from '../../../test/support/view-case.ts';

testViewCases('several windows on one stream', [
  {
    name: 'intersection',
    views: '#length(2)#time(1 sec)',
    events: '0,a 100,b 200,c',
    until: 3000,
    expected: ['0 a', '100 b', '200 c', '200 - a', '1100 - b', '1200 - c'],
  },
  {
    name: 'union',
    views: '#length(1)#time(1 sec) retain-union',
    events: '0,a 100,b 200,c',
    until: 3000,
    expected: ['0 a', '100 b', '200 c', '1000 - a', '1100 - b'],
  },
  {
    name: 'intersection with unique',
    views: '#unique(k)#time(1 sec)',
    events: '0,a,1 100,b,2 200,c,1',
    until: 3000,
    expected: ['0 a', '100 b', '200 c', '200 - a', '1100 - b', '1200 - c'],
  },
  {
    name: 'union of unique and length',
    views: '#unique(k)#length(2) retain-union',
    events: '0,a,1 1,b,2 2,c,1 3,d,1 4,e,1',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '4 e', '4 - c'],
  },
  {
    name: 'intersection of unique and length_batch',
    views: '#unique(k)#length_batch(2)',
    events: '0,a,1 1,b,1 2,c,2 3,d,3 4,e,1',
    expected: ['2 b', '2 c', '4 d', '4 e', '4 - b', '4 - c'],
  },
  {
    name: 'intersection of time_batch and firstunique',
    views: '#time_batch(1 sec)#firstunique(k)',
    events: '0,a,1 1,b,1 2,c,2 1500,d,1',
    until: 4000,
    expected: ['1000 a', '1000 c', '2000 d', '2000 - a', '2000 - c', '3000 - d'],
  },
  {
    name: 'intersection with firstunique',
    views: '#firstunique(k)#length(2)',
    events: '0,a,1 1,b,2 2,c,1 3,d,3 4,e,1',
    expected: ['0 a', '1 b', '2 - c', '2 - a', '3 d', '4 e', '4 - b'],
  },
  {
    name: 'union with firstunique',
    views: '#firstunique(k)#length(1) retain-union',
    events: '0,a,1 1,b,1 2,c,2 3,d,1',
    expected: ['0 a', '1 b', '2 c', '3 d'],
  },
]);
