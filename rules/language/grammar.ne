# EPL, one statement at a time. Tokens come from lexer.ts: %name for words, "select" for reserved words and signs.
# Precedence is Esper's. The grammar must stay unambiguous; the corpus tests fail on a second reading.
@preprocessor esmodule
@{%
import * as b from './build.ts';
const type = (name) => ({ test: (token) => token.text === name, type: name });
const T_decimal = type('decimal');
const T_everyDistinct = type('everyDistinct');
const T_hex = type('hex');
const T_integer = type('integer');
const T_name = type('name');
const T_quoted = type('quoted');
const T_soft_cast = type('soft_cast');
const T_soft_escape = type('soft_escape');
const T_soft_json = type('soft_json');
const T_soft_map = type('soft_map');
const T_soft_objectarray = type('soft_objectarray');
const T_soft_schema = type('soft_schema');
const T_soft_until = type('soft_until');
const T_soft_variant = type('soft_variant');
const T_string = type('string');
const T_unit = type('unit');
const lexer = { has: () => false };
%}
@lexer lexer

statement -> annotations body {% b.statement %}
annotations -> null {% () => [] %} | annotations annotation {% b.append %}
annotation -> "@" dotted {% (d) => b.annotation(d, []) %}
  | "@" dotted "(" ")" {% (d) => b.annotation(d, []) %}
  | "@" dotted "(" annotationValue ")" {% (d) => b.annotation(d, [{ name: null, value: d[3] }]) %}
  | "@" dotted "(" annotationArgs ")" {% (d) => b.annotation(d, d[3]) %}
annotationArgs -> annotationArg {% b.one %} | annotationArgs "," annotationArg {% b.appendAfter %}
annotationArg -> word "=" annotationValue {% (d) => ({ name: d[0], value: d[2] }) %}
annotationValue -> constant {% b.annotationConstant %} | dotted {% b.annotationName %}
  | "{" annotationValues "}" {% b.annotationList %}
annotationValues -> annotationValue {% b.one %} | annotationValues "," annotationValue {% b.appendAfter %}

body -> createSchema {% id %} | select {% id %}

createSchema -> "create" representation %T_soft_schema word schemaBody schemaClauses {% b.createSchema %}
representation -> null {% () => null %}
  | %T_soft_map {% b.word %} | %T_soft_objectarray {% b.word %} | %T_soft_json {% b.word %} | %T_soft_variant {% b.word %}
schemaBody -> "(" ")" {% () => ({ columns: [], models: [], anyType: false }) %}
  | "(" columns ")" {% (d) => ({ columns: d[1], models: [], anyType: false }) %}
  | "as" "(" columns ")" {% (d) => ({ columns: d[2], models: [], anyType: false }) %}
  | "as" models {% (d) => ({ columns: [], models: d[1], anyType: false }) %}
  | "as" "*" {% () => ({ columns: [], models: [], anyType: true }) %}
models -> dotted {% b.one %} | models "," dotted {% b.appendAfter %}
columns -> column {% b.one %} | columns "," column {% b.appendAfter %}
column -> word dotted {% b.column %} | word dotted "[" "]" {% b.column %} | word dotted "[" "]" "[" "]" {% b.column %}
schemaClauses -> null {% () => [] %} | schemaClauses schemaClause {% b.append %}
schemaClause -> "inherits" models {% b.clause %} | "copyfrom" models {% b.clause %}
  | "starttimestamp" word {% b.clause %} | "endtimestamp" word {% b.clause %}

select -> insert:? "select" selector:? "distinct":? items "from" streams whereClause:? {% b.select %}
insert -> "insert" selector:? "into" dotted insertColumns:? {% b.insert %}
insertColumns -> "(" words ")" {% (d) => ({ list: d[1], place: d }) %}
words -> word {% b.one %} | words "," word {% b.appendAfter %}
selector -> "istream" {% b.word %} | "rstream" {% b.word %} | "irstream" {% b.word %}
items -> item {% b.one %} | items "," item {% b.appendAfter %}
item -> "*" {% b.wildcard %} | word "." "*" {% b.streamWildcard %} | word "." "*" "as" word {% b.streamWildcard %}
  | expression {% b.item %} | expression "as" word {% b.item %} | expression plainWord {% (d) => b.item([d[0], null, d[1]]) %}
streams -> stream {% b.one %} | streams "," stream {% b.appendAfter %}
stream -> eventFilter alias {% b.stream %} | "pattern" annotations "[" pattern "]" alias {% b.patternStream %}
alias -> null {% () => null %} | "as" word {% (d) => d[1] %} | word {% id %}
whereClause -> "where" expression {% (d) => d[1] %}
eventFilter -> dotted {% (d) => b.eventFilter(d, []) %} | dotted "(" ")" {% (d) => b.eventFilter(d, []) %}
  | dotted "(" expressions ")" {% (d) => b.eventFilter(d, d[2]) %}

pattern -> orPattern {% id %} | followed {% b.followedBy %}
followed -> orPattern arrow orPattern {% b.followStart %} | followed arrow orPattern {% b.followMore %}
arrow -> "->" {% () => null %} | "-[" expression "]" ">" {% (d) => d[1] %}
orPattern -> andPattern {% id %} | orList {% b.orPattern %}
orList -> andPattern "or" andPattern {% b.pair %} | orList "or" andPattern {% b.appendAfter %}
andPattern -> repeatPattern {% id %} | andList {% b.andPattern %}
andList -> repeatPattern "and" repeatPattern {% b.pair %} | andList "and" repeatPattern {% b.appendAfter %}
repeatPattern -> qualified {% id %} | bounds qualified {% b.repeat %}
  | qualified %T_soft_until qualified {% b.untilPattern %} | bounds qualified %T_soft_until qualified {% b.repeat %}
bounds -> "[" expression "]" {% (d) => ({ low: d[1], high: d[1], place: d }) %}
  | "[" expression ":" expression "]" {% (d) => ({ low: d[1], high: d[3], place: d }) %}
  | "[" expression ":" "]" {% (d) => ({ low: d[1], high: null, place: d }) %}
  | "[" ":" expression "]" {% (d) => ({ low: null, high: d[2], place: d }) %}
qualified -> guarded {% id %} | "every" guarded {% b.every %} | "not" guarded {% b.notPattern %}
  | "every" bounds guarded {% (d) => b.every([d[0], b.repeat([d[1], d[2]])]) %}
  | %T_everyDistinct "(" expressions ")" guarded {% b.everyDistinct %}
guarded -> atom {% id %} | atom "where" word ":" word "(" arguments ")" {% b.guard %}
  | atom "while" "(" expression ")" {% b.whilePattern %}
atom -> "(" pattern ")" {% (d) => d[1] %} | eventFilter atomAnnotations {% (d) => b.filterAtom(d, null, d[0], d[1]) %}
  | word "=" eventFilter atomAnnotations {% (d) => b.filterAtom(d, d[0], d[2], d[3]) %}
  | word ":" word "(" arguments ")" {% b.observer %}
atomAnnotations -> null {% () => [] %} | atomAnnotations annotation {% b.append %}

expressions -> expression {% b.one %} | expressions "," expression {% b.appendAfter %}
arguments -> null {% () => [] %} | argumentList {% id %}
argumentList -> argument {% b.one %} | argumentList "," argument {% b.appendAfter %}
argument -> expression {% id %} | "*" {% b.star %} | word ":" expression {% b.named %}
  | word "=>" expression {% b.lambda %}
expression -> or {% id %}
or -> and {% id %} | or "or" and {% b.binary %}
and -> bits {% id %} | and "and" bits {% b.binary %}
bits -> negated {% id %} | bits bitSign negated {% b.binary %}
bitSign -> "&" {% id %} | "|" {% id %} | "^" {% id %}
negated -> equality {% id %} | "not" equality {% b.unary %}
equality -> relation {% id %} | equality equalSign relation {% b.binary %}
equalSign -> "=" {% id %} | "!=" {% id %} | "<>" {% id %} | "is" {% id %} | "is" "not" {% b.isNot %}
relation -> joined {% id %} | relation relationSign joined {% b.binary %}
  | joined not:? "in" "(" expressions ")" {% b.inList %}
  | joined not:? "in" rangeOpen expression ":" expression rangeClose {% b.inRange %}
  | joined not:? "between" joined "and" joined {% b.between %}
  | joined not:? "like" joined {% b.like %} | joined not:? "like" joined %T_soft_escape string {% b.like %}
  | joined not:? "regexp" joined {% b.regexp %}
not -> "not" {% id %}
relationSign -> "<" {% id %} | "<=" {% id %} | ">" {% id %} | ">=" {% id %}
rangeOpen -> "[" {% id %} | "(" {% id %}
rangeClose -> "]" {% id %} | ")" {% id %}
joined -> sum {% id %} | joined "||" sum {% b.binary %}
sum -> product {% id %} | sum sumSign product {% b.binary %}
sumSign -> "+" {% id %} | "-" {% id %}
product -> signed {% id %} | product productSign signed {% b.binary %}
productSign -> "*" {% id %} | "/" {% id %} | "%" {% id %}
signed -> primary {% id %} | "-" primary {% b.unary %} | "+" primary {% b.unary %}
primary -> constant {% b.literal %} | chain {% b.chain %} | "(" expression ")" {% b.parenthesized %}
  | "(" expression ")" "." links {% b.chainOn %} | period {% b.period %}
  | "{" "}" {% (d) => b.array(d, []) %} | "{" expressions "}" {% (d) => b.array(d, d[1]) %}
  | "case" branches elseBranch:? "end" {% (d) => b.caseOf(d, null, d[1], d[2]) %}
  | "case" expression branches elseBranch:? "end" {% (d) => b.caseOf(d, d[1], d[2], d[3]) %}
  | %T_soft_cast "(" expression castSign dotted ")" {% b.cast %}
  | %T_soft_cast "(" expression castSign dotted "," word ":" expression ")" {% b.cast %}
castSign -> "," {% id %} | "as" {% id %}
branches -> branch {% b.one %} | branches branch {% b.append %}
branch -> "when" expression "then" expression {% (d) => ({ when: d[1], then: d[3] }) %}
elseBranch -> "else" expression {% (d) => d[1] %}
period -> periodPart {% b.one %} | period periodPart {% b.append %}
periodPart -> number %T_unit {% b.periodPart %} | chain %T_unit {% (d) => b.periodPart([b.chain([d[0]]), d[1]]) %}
chain -> links {% id %}
links -> link {% b.one %} | links "." link {% b.appendAfter %}
link -> word {% b.link %} | word "?" {% b.dynamicLink %} | word indexes {% b.link %}
  | word "(" arguments ")" {% b.callLink %} | word "(" "distinct" arguments ")" {% b.distinctLink %}
indexes -> "[" expression "]" {% (d) => ({ list: [d[1]], place: d }) %}
  | indexes "[" expression "]" {% (d) => ({ list: [...d[0].list, d[2]], place: d }) %}

constant -> string {% id %} | number {% id %} | "true" {% b.constant %} | "false" {% b.constant %} | "null" {% b.constant %}
string -> %T_string {% b.constant %}
number -> %T_integer {% b.constant %} | %T_hex {% b.constant %} | %T_decimal {% b.constant %}
dotted -> word {% id %} | dotted "." word {% b.dotted %}
word -> %T_name {% b.name %} | %T_quoted {% b.name %} | %T_unit {% b.name %} | %T_soft_map {% b.name %}
  | %T_soft_json {% b.name %} | %T_soft_variant {% b.name %} | %T_soft_schema {% b.name %}
plainWord -> %T_name {% b.name %} | %T_quoted {% b.name %}
