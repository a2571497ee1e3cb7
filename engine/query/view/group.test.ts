import { testViewCases } from '../../../test/support/view-case.ts';

testViewCases('windows by key, and statistics', [
  {
    name: 'groupwin',
    views: '#groupwin(k)#length(1)',
    events: '0,a,1 1,b,2 2,c,1 3,d,2',
    expected: ['0 a', '1 b', '2 c', '2 - a', '3 d', '3 - b'],
  },
  {
    name: 'groupwin with time',
    views: '#groupwin(k)#time(1 sec)',
    events: '0,a,1 100,b,2 1050,c,1',
    until: 3000,
    expected: ['0 a', '100 b', '1000 - a', '1050 c', '1100 - b', '2050 - c'],
  },
  {
    name: 'groupwin with two windows',
    views: '#groupwin(k)#length(2)#time(1 sec)',
    events: '0,a,1 100,b,1 200,c,1 300,d,2',
    until: 3000,
    expected: ['0 a', '100 b', '200 c', '200 - a', '300 d', '1100 - b', '1200 - c', '1300 - d'],
  },
  {
    name: 'groupwin and merge',
    views: '#groupwin(k)#length(1)#merge(k)#size',
    select: '*',
    events: '0,a,1 1,b,2 2,c,1',
    expected: ['0 {"size":1}', '1 {"size":2}'],
  },
  {
    name: 'statistics of a group',
    views: '#groupwin(k)#length(2)#uni(v)',
    select: 'k, datapoints, total, average, variance',
    events: '0,a,1,4 1,b,2,5 2,c,1,8',
    expected: [
      '0 {"k":1,"datapoints":1,"total":4,"average":4,"variance":"NaN"}',
      '1 {"k":2,"datapoints":1,"total":5,"average":5,"variance":"NaN"}',
      '2 {"k":1,"datapoints":2,"total":12,"average":6,"variance":8}',
    ],
  },
  {
    name: 'statistics',
    views: '#length(3)#linest(k, v)',
    select: 'slope, YIntercept, n, sumXY',
    events: '0,a,1,4 1,b,2,6 2,c,3,9 3,d,5,5',
    expected: [
      '0 {"slope":"NaN","YIntercept":"NaN","n":1,"sumXY":4}',
      '1 {"slope":2,"YIntercept":2,"n":2,"sumXY":16}',
      '2 {"slope":2.5,"YIntercept":1.333333333333333,"n":3,"sumXY":43}',
      '3 {"slope":-0.5714285714285727,"YIntercept":8.571428571428577,"n":3,"sumXY":64}',
    ],
  },
  {
    name: 'correlation',
    views: '#length(3)#correl(k, v)',
    select: '*',
    events: '0,a,1,4 1,b,2,6 2,c,3,8',
    expected: ['0 {"correlation":"NaN"}', '1 {"correlation":1}', '2 {"correlation":1}'],
  },
  {
    name: 'weighted average',
    views: '#length(2)#weighted_avg(k, v, id)',
    select: 'irstream *',
    events: '0,a,1,4 1,b,2,6 2,c,3,8',
    expected: [
      '0 {"average":1,"id":"a"}',
      '0 - {"average":"NaN","id":null}',
      '1 {"average":1.6,"id":"b"}',
      '1 - {"average":1,"id":"a"}',
      '2 {"average":2.5714285714285716,"id":"c"}',
      '2 - {"average":1.6,"id":"b"}',
    ],
  },
  {
    name: 'size',
    views: '#length(2)#size(id)',
    select: 'irstream *',
    events: '0,a,1,4 1,b,2,6 2,c,3,8',
    expected: [
      '0 {"size":1,"id":"a"}',
      '0 - {"size":0,"id":null}',
      '1 {"size":2,"id":"b"}',
      '1 - {"size":1,"id":"a"}',
    ],
  },
  {
    name: 'unique then statistics',
    views: '#uni(v)#unique(datapoints)',
    select: 'irstream datapoints',
    events: '0,a,1,4 1,b,2,6',
    expected: ['0 {"datapoints":1}', '1 {"datapoints":2}', '1 - {"datapoints":1}'],
  },
]);
