import { testViewCases } from '../../../test/support/view-case.ts';

const ALL = 'id, prev(1, id) as p, prevtail(0, id) as t, prevcount(id) as n, prevwindow(id) as w';

testViewCases('other items of a window', [
  {
    name: 'prev',
    views: '#length(3)',
    select: ALL,
    events: '0,a 1,b 2,c 3,d',
    expected: [
      '0 {"id":"a","p":null,"t":"a","n":1,"w":["a"]}',
      '1 {"id":"b","p":"a","t":"a","n":2,"w":["b","a"]}',
      '2 {"id":"c","p":"b","t":"a","n":3,"w":["c","b","a"]}',
      '3 {"id":"d","p":"c","t":"b","n":3,"w":["d","c","b"]}',
    ],
  },
  {
    name: 'prev of removed',
    views: '#length(1)',
    select: 'irstream id, prev(0, id) as p, prior(1, id) as q',
    events: '0,a 1,b',
    expected: [
      '0 {"id":"a","p":"a","q":null}',
      '1 {"id":"b","p":"b","q":"a"}',
      '1 - {"id":"a","p":null,"q":null}',
    ],
  },
  {
    name: 'prev in a batch',
    views: '#length_batch(3)',
    select: ALL,
    events: '0,a 1,b 2,c',
    expected: [
      '2 {"id":"a","p":null,"t":"a","n":3,"w":["c","b","a"]}',
      '2 {"id":"b","p":"a","t":"a","n":3,"w":["c","b","a"]}',
      '2 {"id":"c","p":"b","t":"a","n":3,"w":["c","b","a"]}',
    ],
  },
  {
    name: 'prev in a sorted window',
    views: '#sort(2, v)',
    select: ALL,
    events: '0,a,0,5 1,b,0,3 2,c,0,4',
    expected: [
      '0 {"id":"a","p":null,"t":"a","n":1,"w":["a"]}',
      '1 {"id":"b","p":"a","t":"a","n":2,"w":["b","a"]}',
      '2 {"id":"c","p":"c","t":"c","n":2,"w":["b","c"]}',
    ],
  },
  {
    name: 'prev by group',
    views: '#groupwin(k)#length(2)',
    select: ALL,
    events: '0,a,1 1,b,2 2,c,1 3,d,2',
    expected: [
      '0 {"id":"a","p":null,"t":"a","n":1,"w":["a"]}',
      '1 {"id":"b","p":null,"t":"b","n":1,"w":["b"]}',
      '2 {"id":"c","p":"a","t":"a","n":2,"w":["c","a"]}',
      '3 {"id":"d","p":"b","t":"b","n":2,"w":["d","b"]}',
    ],
  },
  {
    name: 'prev by group in batches',
    views: '#groupwin(k)#length_batch(2)',
    select: ALL,
    events: '0,a,1 1,b,2 2,c,1 3,d,2',
    expected: [
      '2 {"id":"a","p":null,"t":"a","n":2,"w":["c","a"]}',
      '2 {"id":"c","p":"a","t":"a","n":2,"w":["c","a"]}',
      '3 {"id":"b","p":null,"t":"b","n":2,"w":["d","b"]}',
      '3 {"id":"d","p":"b","t":"b","n":2,"w":["d","b"]}',
    ],
  },
  {
    name: 'prev of an event',
    views: '#keepall as s',
    select: 'prev(1, s).k as k, prev(v, 1) as x, prev(k, id) as y',
    events: '0,a,1 1,b,2',
    expected: ['0 {"k":null,"x":null,"y":null}', '1 {"k":1,"x":0,"y":null}'],
  },
  {
    name: 'prior',
    views: '',
    select: 'id, prior(2, id) as p, prior(0, id) as q',
    events: '0,a 1,b 2,c',
    expected: [
      '0 {"id":"a","p":null,"q":"a"}',
      '1 {"id":"b","p":null,"q":"b"}',
      '2 {"id":"c","p":"a","q":"c"}',
    ],
  },
  {
    name: 'prior of removed',
    views: '#time(1 sec)',
    select: 'irstream id, prior(1, id) as p',
    events: '0,a 100,b 200,c',
    until: 3000,
    expected: [
      '0 {"id":"a","p":null}',
      '100 {"id":"b","p":"a"}',
      '200 {"id":"c","p":"b"}',
      '1000 - {"id":"a","p":null}',
      '1100 - {"id":"b","p":"a"}',
      '1200 - {"id":"c","p":"b"}',
    ],
  },
  {
    name: 'prior by arrival',
    views: '#groupwin(k)#length(1)',
    select: 'irstream id, prior(1, id) as p',
    events: '0,a,1 1,b,2 2,c,1',
    expected: [
      '0 {"id":"a","p":null}',
      '1 {"id":"b","p":"a"}',
      '2 {"id":"c","p":"b"}',
      '2 - {"id":"a","p":null}',
    ],
  },
]);
