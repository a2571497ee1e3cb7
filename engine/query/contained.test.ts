import { testStatementCases } from '../../test/support/statement-case.ts';

const ORDERS = `
create schema Review(id int);
create schema Book(title string, price double, reviews Review[]);
create schema Order_(id string, tags string[], first Book, books Book[]);
`;

const book = (title: string, price: number, ...reviews: number[]) => ({
  title,
  price,
  reviews: reviews.map((id) => ({ id })),
});
const order = {
  id: 'o1',
  tags: ['x', 'y'],
  first: book('F', 1),
  books: [book('A', 5, 1, 2), book('B', 20, 3)],
};
const sparse = { id: 'o2', books: null };

testStatementCases('events inside events', [
  {
    name: 'each element is an event of its own',
    rules: `${ORDERS}@Name('out') select title from Order_[books]`,
    events: [
      [1, 'Order_', order],
      [2, 'Order_', sparse],
    ],
    expected: ['1 out {"title":"A"}', '1 out {"title":"B"}'],
  },
  {
    name: 'a field that is one event gives that one',
    rules: `${ORDERS}@Name('out') select title from Order_[first]`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"title":"F"}'],
  },
  {
    name: 'levels with conditions; names mean the nearest level',
    rules: `${ORDERS}@Name('out') select id from Order_[books as b][reviews as r where r.id < 3 and b.title = 'A']`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"id":1}', '1 out {"id":2}'],
  },
  {
    name: 'columns of several levels make the event',
    rules: `${ORDERS}@Name('out') select * from
      Order_[select o.id as orderId, * from books where price > 10][select id as review from reviews] as o`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"orderId":"o1","title":"B","price":20,"reviews":[{"id":3}],"review":3}'],
  },
  {
    name: 'a star with an alias is one column',
    rules: `${ORDERS}@Name('out') select b.title as title, review from
      Order_[select * from books as b][select id as review from reviews where id = 2]`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"title":"A","review":2}'],
  },
  {
    name: 'plain values become events of the type that is named',
    rules: `${ORDERS}create schema Tag(name string);
      @Name('out') select name from Order_[tags @type(Tag)] where name != 'x'`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"name":"y"}'],
  },
  {
    name: 'they feed other streams and patterns',
    rules: `${ORDERS}insert into Books select * from Order_[books];
      @Name('out') select b.title as title from pattern [every b=Books(price > 10)]`,
    events: [[1, 'Order_', order]],
    expected: ['1 out {"title":"B"}'],
  },
]);

testStatementCases('events inside events in patterns', [
  {
    name: 'a filter is hit when there are events inside, and its tag is their array',
    rules: `${ORDERS}create schema Sold(title string);
      @Name('out') select b[0].title as first, b[1].title as second, s.title as sold
      from pattern [every b=Order_(id != 'x')[books where price < 30] -> s=Sold(title = b[1].title)]`,
    events: [
      [1, 'Order_', sparse],
      [2, 'Order_', order],
      [3, 'Sold', { title: 'A' }],
      [4, 'Sold', { title: 'B' }],
    ],
    expected: ['4 out {"first":"A","second":"B","sold":"B"}'],
  },
]);
