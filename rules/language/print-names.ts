import type { Annotation, AnnotationValue, Name } from './ast.ts';
import { needsBackticks } from './words.ts';

/** A name that stands alone; in backticks when it would not be read as one. `allowSoft`: the grammar asks for any name. */
export function printName(name: Name, allowSoft = true): string {
  return needsBackticks(name.text, allowSoft) ? `\`${name.text}\`` : name.text;
}

/** A name after a dot: there every plain word is a name. */
export function printMember(name: Name): string {
  return PLAIN.test(name.text) ? name.text : `\`${name.text}\``;
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** A dotted name, such as that of a type. */
export function printDotted(name: Name, allowSoft = false): string {
  if (name.text.includes('<')) return name.text;
  const [first = '', ...rest] = name.text.split('.');
  const part = (text: string) => ({ text, span: name.span });
  return [printName(part(first), allowSoft), ...rest.map((text) => printMember(part(text)))].join('.');
}

/** A string in double quotes, with backslash escapes. */
export function printString(text: string): string {
  return `"${text.replace(/[\\"\n\r\t\b\f]/g, (char) => ESCAPES[char] ?? char)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** `@Name(arguments)` */
export function printAnnotation({ name, args }: Annotation): string {
  const list = args.map((arg) => {
    const value = printAnnotationValue(arg.value);
    return arg.name === null ? value : `${printName(arg.name)}=${value}`;
  });
  return `@${printDotted(name, true)}${list.length === 0 ? '' : `(${list.join(',')})`}`;
}

function printAnnotationValue(value: AnnotationValue): string {
  switch (value.kind) {
    case 'constant':
      return typeof value.value === 'string' ? printString(value.value) : String(value.value);
    case 'name':
      return printDotted({ text: value.name, span: value.span }, true);
    case 'list':
      return `{${value.items.map(printAnnotationValue).join(',')}}`;
    case 'annotation':
      return printAnnotation(value.annotation);
  }
}

/** The `[]` after a type. */
export function printBrackets(dimensions: number, primitive: boolean): string {
  const last = primitive && dimensions > 0 ? '[primitive]' : '';
  return '[]'.repeat(dimensions - (last === '' ? 0 : 1)) + last;
}
