import { grown } from './columns.ts';
import { compareNumbers } from './compare.ts';

/** The empty tree. */
export const EMPTY = 0;

/**
 * Many multisets of numbers in one pool of typed arrays. A multiset is the number of its root, `EMPTY` at first.
 *
 * Each is a treap: a search tree by value that is also a heap by a priority that depends on nothing but the number of
 * the node, so that the same steps give the same tree and no order of values makes it deep (expected depth about
 * 2 ln n for n different values). Adding, removing, ends and the k-th value cost that; a node takes 28 bytes.
 */
export class NumberTree {
  private values = new Float64Array(16);
  private times = new Int32Array(16);
  private sizes = new Int32Array(16);
  private left = new Int32Array(16);
  private right = new Int32Array(16);
  private next = 1;
  private free = EMPTY;

  /** Number of values, equal ones counted. */
  size(root: number): number {
    return this.sizes[root] as number;
  }

  /** Adds a value and gives the new root. */
  add(root: number, value: number): number {
    if (root === EMPTY) return this.create(value);
    const order = compareNumbers(value, this.values[root] as number);
    (this.sizes[root] as number)++;
    if (order === 0) {
      (this.times[root] as number)++;
      return root;
    }
    if (order < 0) {
      const child = this.add(this.left[root] as number, value);
      this.left[root] = child;
      return priority(child) > priority(root) ? this.rotateRight(root) : root;
    }
    const child = this.add(this.right[root] as number, value);
    this.right[root] = child;
    return priority(child) > priority(root) ? this.rotateLeft(root) : root;
  }

  /** Removes one of a value and gives the new root; nothing changes where it is not in. */
  remove(root: number, value: number): number {
    if (root === EMPTY) return EMPTY;
    const order = compareNumbers(value, this.values[root] as number);
    if (order < 0) this.left[root] = this.remove(this.left[root] as number, value);
    else if (order > 0) this.right[root] = this.remove(this.right[root] as number, value);
    else if ((this.times[root] as number) > 1) (this.times[root] as number)--;
    else {
      const joined = this.join(this.left[root] as number, this.right[root] as number);
      this.release(root);
      return joined;
    }
    this.measure(root);
    return root;
  }

  /** The least value; the multiset must not be empty. */
  least(root: number): number {
    let node = root;
    while (this.left[node] !== EMPTY) node = this.left[node] as number;
    return this.values[node] as number;
  }

  /** The greatest value; the multiset must not be empty. */
  greatest(root: number): number {
    let node = root;
    while (this.right[node] !== EMPTY) node = this.right[node] as number;
    return this.values[node] as number;
  }

  /** The value at a place in ascending order, from 0. */
  at(root: number, place: number): number {
    let node = root;
    let rest = place;
    for (;;) {
      const before = this.sizes[this.left[node] as number] as number;
      const own = this.times[node] as number;
      if (rest < before) node = this.left[node] as number;
      else if (rest < before + own) return this.values[node] as number;
      else {
        rest -= before + own;
        node = this.right[node] as number;
      }
    }
  }

  /** Each different value with how often it is in, ascending. */
  entries(root: number): [value: number, times: number][] {
    const found: [number, number][] = [];
    const open: number[] = [];
    for (let node = root; node !== EMPTY || open.length > 0; ) {
      while (node !== EMPTY) {
        open.push(node);
        node = this.left[node] as number;
      }
      const one = open.pop() as number;
      found.push([this.values[one] as number, this.times[one] as number]);
      node = this.right[one] as number;
    }
    return found;
  }

  /** Frees a multiset. */
  clear(root: number): void {
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === EMPTY) continue;
      open.push(this.left[node] as number, this.right[node] as number);
      this.release(node);
    }
  }

  private create(value: number): number {
    let node = this.free;
    if (node === EMPTY) {
      node = this.next++;
      if (node >= this.values.length) this.grow();
    } else {
      this.free = this.left[node] as number;
    }
    this.values[node] = value;
    this.times[node] = 1;
    this.sizes[node] = 1;
    this.left[node] = EMPTY;
    this.right[node] = EMPTY;
    return node;
  }

  private release(node: number): void {
    this.sizes[node] = 0;
    this.left[node] = this.free;
    this.free = node;
  }

  private grow(): void {
    const length = this.values.length * 2;
    this.values = grown(this.values, length);
    this.times = grown(this.times, length);
    this.sizes = grown(this.sizes, length);
    this.left = grown(this.left, length);
    this.right = grown(this.right, length);
  }

  private measure(node: number): void {
    const { sizes, left, right, times } = this;
    sizes[node] =
      (sizes[left[node] as number] as number) +
      (sizes[right[node] as number] as number) +
      (times[node] as number);
  }

  private rotateRight(node: number): number {
    const top = this.left[node] as number;
    this.left[node] = this.right[top] as number;
    this.right[top] = node;
    this.measure(node);
    this.measure(top);
    return top;
  }

  private rotateLeft(node: number): number {
    const top = this.right[node] as number;
    this.right[node] = this.left[top] as number;
    this.left[top] = node;
    this.measure(node);
    this.measure(top);
    return top;
  }

  /** One tree of two, all of whose left values are less. */
  private join(a: number, b: number): number {
    if (a === EMPTY) return b;
    if (b === EMPTY) return a;
    if (priority(a) > priority(b)) {
      this.right[a] = this.join(this.right[a] as number, b);
      this.measure(a);
      return a;
    }
    this.left[b] = this.join(a, this.left[b] as number);
    this.measure(b);
    return b;
  }
}

/** Scatters node numbers: equal only for equal nodes. */
function priority(node: number): number {
  let hash = Math.imul(node, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
