# EPL, one statement at a time. Tokens come from lexer.ts: "select" is a token of that type, %NAME a class of terminals.ts.
# Precedence is Esper's. The grammar must stay unambiguous; the corpus tests fail on a second reading.
# Earley pays for every rule that could begin at a token: signs of one precedence are one terminal, lists recurse on the left.
# Builders: b = build.ts, o = build-on.ts, s = build-select.ts, q = build-clauses.ts, c = build-schema.ts, p = build-pattern.ts,
# e = build-expression.ts, v = build-declare.ts, i = build-infra.ts, r = build-recognize.ts, y = build-table.ts,
# f = build-query.ts, x = build-context.ts.
# Rules without one only become part of the text of an unsupported node.
@lexer lexer

statement -> prefixes inContext:? form delivery:? {% s.statement %}
prefixes -> null {% b.none %} | prefixes annotation {% b.append %} | prefixes declaration {% b.append %}
inContext -> "context" %NAME {% x.inContext %}
delivery -> "for" %NAME {% s.delivery %} | "for" %NAME "(" ")" {% s.delivery %}
  | "for" %NAME "(" expressions ")" {% (d) => s.delivery([d[0], d[1], d[2], d[4], d[3]]) %}
form -> select {% id %} | createSchema {% id %} | createWindow {% id %}
  | createTable {% id %} | createIndex {% id %}
  | createVariable {% id %} | createContext {% id %}
  | createExpression {% id %} | createDataflow {% b.later('`create dataflow`') %}
  | on {% id %} | update {% id %} | fireAndForget {% id %}
  | %MODULE dotted {% s.moduleLine %} | %MODULE dotted "." "*" {% b.later('an `import` line') %}

# Annotations

annotation -> "@" dotted {% (d) => b.annotation(d, []) %} | "@" dotted "(" ")" {% (d) => b.annotation(d, []) %}
  | "@" dotted "(" annotationValue ")" {% (d) => b.annotation(d, [{ name: null, value: d[3] }]) %}
  | "@" dotted "(" annotationArgs ")" {% (d) => b.annotation(d, d[3]) %}
annotationArgs -> annotationArg {% b.one %} | annotationArgs "," annotationArg {% b.appendAfter %}
annotationArg -> %NAME "=" annotationValue {% (d) => ({ name: b.name(d), value: d[2] }) %}
annotationValue -> %CONSTANT {% b.annotationConstant %} | %SIGN %NUMBER {% b.annotationNumber %} | dotted {% b.annotationName %}
  | "{" "}" {% b.annotationList %} | "{" annotationValues comma:? "}" {% b.annotationList %}
  | annotation {% b.annotationNested %}
annotationValues -> annotationValue {% b.one %} | annotationValues "," annotationValue {% b.appendAfter %}
comma -> ","

# Declarations before a statement, and `create expression`

declaration -> expressionDeclaration {% id %}
  | "inlined_class" %CLASS {% b.clause('an inlined class') %}
expressionDeclaration -> "expression" declared declaredParameters:? aliasFor:? declaredBody {% v.declaration %}
declared -> declaredName {% id %} | typeRef typeAnnotation:? declaredName {% v.typedName %}
declaredName -> %NAME {% v.plainName %} | %NAME ":" %NAME {% v.scriptName %}
declaredParameters -> "(" ")" {% (d) => b.bracketed(d, []) %} | "(" names ")" {% (d) => b.bracketed(d, d[1]) %}
aliasFor -> %IDENT "for"
declaredBody -> "{" expression "}" {% v.body %} | "{" lambda "}" {% v.body %} | "{" oldLambda "}" {% v.body %}
  | "[" %SCRIPT "]" {% b.outline %}
typeAnnotation -> "@" %NAME "(" typeRef ")" {% s.typeAnnotation %}

# create

createSchema -> "create" %KIND:? "schema" %TYPE schemaBody schemaClauses {% c.createSchema %}
schemaBody -> "(" ")" {% c.noColumns %} | "(" columns ")" {% (d) => c.columns(d, d[1]) %}
  | "as" "(" ")" {% c.noColumns %} | "as" "(" columns ")" {% (d) => c.columns(d, d[2]) %} | "as" models {% c.models %}
models -> model {% b.one %} | models "," model {% b.appendAfter %}
model -> typeName {% id %} | "*" {% id %}
columns -> column {% b.one %} | columns "," column {% b.appendAfter %}
column -> dotted typeRef {% c.column %} | dotted "null" {% c.nullColumn %}
typeRef -> typeName {% c.typeRef %} | typeName typeArguments {% c.typeRef %} | typeRef "[" "]" {% c.arrayType %}
  | typeRef "[" %NAME "]" {% c.arrayType %}
typeArguments -> "<" typeArgumentList ">"
typeArgumentList -> typeArgument | typeArgumentList "," typeArgument
typeArgument -> typeRef | "?"
schemaClauses -> null {% b.none %} | schemaClauses schemaClause {% b.append %}
schemaClause -> %CLAUSE typeNames {% c.schemaClause %}

createWindow -> "create" "window" %TYPE views %RETAIN:? windowModel windowFill:? {% i.createWindow %}
windowModel -> "as":? "(" columns ")" {% i.columnsModel %} | "as":? typeName {% i.typeModel %}
  | "as":? "select" items "from" typeName {% i.selectModel %}
windowFill -> "insert" {% i.windowFill %} | "insert" where {% i.windowFill %}
createTable -> "create" "table" %TYPE "as":? "(" tableColumns ")" {% y.createTable %}
tableColumns -> tableColumn {% b.one %} | tableColumns "," tableColumn {% b.appendAfter %}
tableColumn -> %NAME typeRef tableMarks {% y.plainColumn %} | %NAME call tableMarks {% y.aggregateColumn %}
tableMarks -> null {% b.none %} | tableMarks %IDENT {% y.mark %} | tableMarks annotation {% y.mark %}
createIndex -> "create" %UNIQUE:? "index" %NAME "on" %TYPE "(" indexColumns ")" {% i.createIndex %}
indexColumns -> indexColumn {% b.one %} | indexColumns "," indexColumn {% b.appendAfter %}
indexColumn -> indexKey {% i.indexKey %} | indexKey %IDENT {% i.indexKey %} | indexKey %IDENT "(" ")" {% i.indexKey %}
  | indexKey %IDENT "(" expressions ")" {% i.indexKey %}
indexKey -> expression {% id %} | tuple {% id %}
createVariable -> "create" %FIXED:? "variable" typeRef %NAME initialValue:? {% v.createVariable %}
initialValue -> "=" expression {% (d) => d[1] %}
createExpression -> "create" expressionDeclaration {% v.createExpression %}
  | "create" "inlined_class" %CLASS {% b.later('`create inlined_class`') %}

createContext -> "create" "context" %NAME "as":? contextKind {% x.createContext %}
  | "create" "context" %NAME "as":? nestedContexts {% x.createNested %}
nestedContexts -> nestedContext "," nestedContext {% b.pair %} | nestedContexts "," nestedContext {% b.appendAfter %}
nestedContext -> "context" %NAME "as":? contextKind {% x.nestedContext %}
contextKind -> "start" contextNow contextEnd:? {% x.startNow %} | "start" contextPoint contextEnd:? {% x.start %}
  | "initiated" "by":? contextDistinct:? contextBegin contextTermination:? {% x.initiated %}
  | "partition" "by":? contextKeys contextInitiation:? contextTermination:? {% x.keyed %}
  | contextGroups "from" eventFilter {% x.category %}
  | "coalesce" "by":? contextHashes %IDENT %NUMBER %IDENT:? {% x.hash %}
contextNow -> "@" %NAME {% x.now %}
contextEnd -> "end" contextPoint {% (d) => d[1] %}
contextBegin -> contextPoint {% x.begin %} | contextNow "and" contextPoint {% x.beginNow %}
contextDistinct -> "distinct" "(" ")" {% (d) => b.bracketed(d, []) %}
  | "distinct" "(" expressions ")" {% (d) => b.bracketed(d, d[2]) %}
contextTermination -> "terminated" "by":? contextPoint {% (d) => d[2] %}
contextInitiation -> "initiated" "by":? contextStarts {% (d) => d[2] %}
contextStarts -> contextStart {% b.one %} | contextStarts "," contextStart {% b.appendAfter %}
contextStart -> eventFilter alias {% x.filterPoint %}
contextPoint -> eventFilter alias {% x.filterPoint %} | patternSource alias {% x.patternPoint %}
  | patternSource contextNow alias {% x.inclusivePoint %} | crontabs {% x.crontabPoint %} | "after" period {% x.afterPoint %}
  | "after" expression {% x.afterPoint %}
crontabs -> crontab {% b.one %} | crontabs "," crontab {% b.appendAfter %}
crontab -> "(" timeArguments ")" {% (d) => b.bracketed(d, d[1]) %}
contextKeys -> contextKey {% b.one %} | contextKeys "," contextKey {% b.appendAfter %}
contextKey -> keyFields "from" eventFilter alias {% x.keys %}
keyFields -> primary {% b.one %} | keyFields "and" primary {% b.appendAfter %} | keyFields "," primary {% b.appendAfter %}
contextGroups -> contextGroup {% b.one %} | contextGroups "," contextGroup {% b.appendAfter %}
contextGroup -> "group" "by":? expression "as" %NAME {% x.group %}
contextHashes -> contextHash {% b.one %} | contextHashes "," contextHash {% b.appendAfter %}
contextHash -> primary "from" eventFilter {% x.hashOf %}

createDataflow -> "create" "dataflow" %NAME "as":? flowSteps
flowSteps -> flowStep | flowSteps flowStep
flowStep -> annotations flowName flowInputs:? flowOutputs:? "{" flowSettings:? comma:? "}" | createSchema ","
annotations -> null {% b.none %} | annotations annotation {% b.append %}
flowName -> %NAME | "select"
flowInputs -> "(" ")" | "(" flowInputList ")"
flowInputList -> flowInput | flowInputList "," flowInput
flowInput -> flowStream | flowStream "as" %NAME
flowStream -> dotted | "(" dottedList ")"
dottedList -> dotted | dottedList "," dotted
flowOutputs -> "->" flowOutput | flowOutputs "," flowOutput
flowOutput -> dotted typeArguments:?
flowSettings -> flowSetting | flowSettings "," flowSetting
flowSetting -> %NAME flowSign flowValue | "select" flowSign "(" select ")"
flowSign -> ":" | "="
flowValue -> expression | jsonArray

# select

select -> selectHead clauses {% s.select %}
selectHead -> insertParts "select" %STREAM:? "distinct":? items {% s.selectHead %}
insertParts -> null {% b.none %} | insert {% b.one %} | intoTable {% b.one %} | intoTable insert {% b.two %}
intoTable -> "into" "table" %NAME {% y.intoTable %}
insert -> "insert" %STREAM:? "into" typeName insertColumns:? precedence:? {% s.insert %}
insertColumns -> "(" ")" {% (d) => b.bracketed(d, []) %} | "(" names ")" {% (d) => b.bracketed(d, d[1]) %}
precedence -> "event-precedence" "(" expression ")" {% (d) => d[2] %}
names -> %NAME {% (d) => [b.name(d)] %} | names "," %NAME {% (d) => [...d[0], b.name([d[2]])] %}
items -> item {% b.one %} | items "," item {% b.appendAfter %}
item -> "*" {% s.wildcard %} | %NAME "." "*" {% s.streamWildcard %} | %NAME "." "*" "as" %NAME {% s.streamWildcard %}
  | %NAME "." "*" %ALIAS {% (d) => s.streamWildcard([d[0], d[1], d[2], null, d[3]]) %}
  | itemValue {% s.item %} | itemValue "as" %NAME {% s.item %} | itemValue %ALIAS {% (d) => s.item([d[0], null, d[1]]) %}
itemValue -> expression {% id %} | expression "@" %NAME {% s.annotatedItem %}

clauses -> null {% b.none %} | clauses clause {% b.append %}
clause -> from {% id %} | where {% id %} | matchRecognize {% id %}
  | groupBy {% id %} | having {% id %} | output {% id %} | orderBy {% id %} | limit {% id %}
where -> "where" expression {% s.where %}
from -> "from" stream {% s.from %} | from "," stream {% s.fromMore %}
  | from join stream {% s.fromJoin %} | from join stream "on" expression {% s.fromJoin %}
join -> "join" {% s.joinWords %} | "inner" "join" {% s.joinWords %} | %SIDE "outer" "join" {% s.joinWords %}
stream -> source views alias %RETAIN:* {% s.stream %}
source -> eventFilter {% id %} | patternSource {% id %} | "sql" ":" %NAME "[" %STRING "]" {% b.later('a join with `sql:`') %}
  | "sql" ":" %NAME "[" %STRING "metadatasql" %STRING "]" {% b.later('a join with `sql:`') %}
  | methodSource {% b.later('a join with a method') %}
methodSource -> %IDENT ":" typeName typeAnnotation:? | %IDENT ":" typeName "(" ")" typeAnnotation:?
  | %IDENT ":" typeName "(" expressions ")" typeAnnotation:?
patternSource -> "pattern" annotations "[" pattern "]" {% s.patternSource %}
alias -> null {% () => null %} | "as" %NAME {% (d) => b.name([d[1]]) %} | %IDENT {% b.name %}
views -> null {% b.none %} | views view {% b.append %}
view -> "." %NAME ":" %NAME viewArguments {% s.view %} | "#" %NAME viewArguments {% s.plainView %}
  | "#" %NAME ":" %NAME viewArguments {% s.view %}
viewArguments -> null {% () => null %} | "(" ")" {% (d) => b.bracketed(d, []) %}
  | "(" timeArguments ")" {% (d) => b.bracketed(d, d[1]) %}
eventFilter -> typeName filterConditions containeds {% s.eventFilter %}
filterConditions -> null {% () => null %} | "(" ")" {% (d) => b.bracketed(d, []) %}
  | "(" expressions ")" {% (d) => b.bracketed(d, d[1]) %}
containeds -> null {% b.none %} | containeds contained {% b.append %}
contained -> "[" containedSelect:? expression typeAnnotation:? asName:? where:? "]" {% s.contained %}
containedSelect -> "select" items "from" {% (d) => d[1] %}
asName -> "as" %NAME {% (d) => b.name([d[1]]) %}

groupBy -> "group" "by" groupings {% q.groupBy %}
groupings -> grouping {% b.one %} | groupings "," grouping {% b.appendAfter %}
grouping -> groupKeys {% id %} | rollup {% id %} | "grouping" "sets" "(" groupingSets ")" {% q.sets %}
groupingSets -> groupingSet {% b.one %} | groupingSets "," groupingSet {% b.appendAfter %}
groupingSet -> groupKeys {% id %} | rollup {% id %}
rollup -> rollupKind "(" groupKeyList ")" {% q.rollup %}
rollupKind -> "rollup" {% id %} | "cube" {% id %}
groupKeyList -> groupKeys {% b.one %} | groupKeyList "," groupKeys {% b.appendAfter %}
groupKeys -> expression {% (d) => q.keys(d, [d[0]]) %} | "(" ")" {% (d) => q.keys(d, []) %}
  | "(" expression "," expressions ")" {% (d) => q.keys(d, [d[1], ...d[3]]) %}
having -> "having" expression {% q.having %}
orderBy -> "order" "by" orderings {% q.orderBy %}
orderings -> ordering {% b.one %} | orderings "," ordering {% b.appendAfter %}
ordering -> expression %ORDER:? {% q.ordering %}
limit -> "limit" limitValue {% q.limit %} | "limit" limitValue limitSign limitValue {% q.limit %}
limitSign -> "," {% id %} | "offset" {% id %}
limitValue -> signed {% id %}
output -> "output" outputDelay:? %PART:? outputRate:? outputEnd:? {% q.output %}
outputDelay -> "after" period {% q.afterTime %} | "after" primary "events" {% q.afterEvents %}
outputRate -> "every" period {% q.everyTime %} | "every" primary "events" {% q.everyEvents %} | "at" crontab {% q.at %}
  | "when" expression outputSet:? {% q.when %} | "when" outputTerminated {% (d) => q.terminatedRate(d[1]) %}
outputTerminated -> "terminated" outputSet:? {% q.terminated %} | "terminated" "and" expression outputSet:? {% q.terminated %}
outputEnd -> "and" "when" outputTerminated {% (d) => d[2] %}
outputSet -> "then" "set" assignments {% (d) => d[2] %}

matchRecognize -> "match_recognize" "(" rowPartition:? rowMeasures rowAll:? rowSkip:? rowPattern rowInterval:? rowDefines:? ")" {% r.recognize %}
rowPartition -> "partition" "by" expressions {% (d) => d[2] %}
rowMeasures -> "measures" measures {% (d) => d[1] %}
measures -> measure {% b.one %} | measures "," measure {% b.appendAfter %}
measure -> expression {% r.measure %} | expression "as" {% r.measure %} | expression "as" %NAME {% r.measure %}
rowAll -> "all" "matches"
rowSkip -> "after" %NAME %NAME %NAME %NAME %NAME {% r.skip %}
rowPattern -> "pattern" "(" rowAlternatives ")" {% (d) => d[2] %}
rowAlternatives -> rowSides {% r.choice %}
rowSides -> rowSequence {% b.one %} | rowSides "|" rowSequence {% b.appendAfter %}
rowSequence -> rowSteps {% r.sequence %}
rowSteps -> rowStep {% b.one %} | rowSteps rowStep {% b.append %}
rowStep -> %NAME rowRepeat:? rowBounds:? {% r.variable %}
  | "(" rowAlternatives ")" rowSign:? rowBounds:? {% r.group %}
  | "match_recognize_permute" "(" rowPermuted ")" {% r.permute %}
rowPermuted -> rowAlternatives {% b.one %} | rowPermuted "," rowAlternatives {% b.appendAfter %}
rowRepeat -> rowSign {% id %} | %REPEATS "?" {% r.signs %}
rowSign -> %REPEATS {% r.signs %}
rowBounds -> "{" expression "}" {% (d) => r.bounds(d, d[1], null, true) %}
  | "{" expression "," "}" {% (d) => r.bounds(d, d[1], null) %} | "{" "," expression "}" {% (d) => r.bounds(d, null, d[2]) %}
  | "{" expression "," expression "}" {% (d) => r.bounds(d, d[1], d[3]) %}
rowInterval -> %IDENT period {% r.interval %} | %IDENT period "or" "terminated" {% r.interval %}
rowDefines -> "define" rowDefineList {% (d) => d[1] %}
rowDefineList -> rowDefine {% b.one %} | rowDefineList "," rowDefine {% b.appendAfter %}
rowDefine -> %NAME "as" expression {% r.define %}

# on, update, fire-and-forget

on -> "on" trigger "delete" "from" typeName alias where:? {% i.onDelete %}
  | "on" trigger "set" assignments {% v.onSet %}
  | "on" trigger "update" typeName alias "set" assignments where:? {% i.onUpdate %}
  | "on" trigger "merge" "into":? typeName alias where:? mergeCases {% i.onMerge %}
  | "on" trigger "merge" "into":? typeName alias mergeInsert {% i.onMergeInsert %}
  | "on" trigger onSelects {% o.onSelect %}
trigger -> eventFilter alias {% o.trigger %} | patternSource alias {% o.trigger %}
onSelects -> onBranch {% b.one %} | onSelects onMore {% b.append %}
onBranch -> insert:? "select" "distinct":? items onClauses {% o.branch %}
  | insert:? "select" "and":? "delete" "distinct":? items onClauses {% o.selectDelete %}
onMore -> insert "select" items onClauses {% (d) => o.branch([d[0], d[1], null, d[2], d[3]]) %}
onClauses -> null {% b.none %} | onClauses onClause {% b.append %}
onClause -> where {% id %} | groupBy {% id %} | having {% id %} | orderBy {% id %}
  | limit {% id %} | "output" %PART {% o.outputPart %} | "from" typeName alias {% i.fromStore %}
  | "from" contained containeds alias {% o.fromContained %}
assignments -> assignment {% b.one %} | assignments "," assignment {% b.appendAfter %}
assignment -> primary "=" expression {% o.assignment %} | primary {% o.assignment %}
mergeCases -> mergeCase {% b.one %} | mergeCases mergeCase {% b.append %}
mergeCase -> "when" "not":? "matched" mergeCondition:? mergeActions {% i.mergeCase %}
mergeCondition -> "and" expression {% (d) => d[1] %}
mergeActions -> mergeAction {% b.one %} | mergeActions mergeAction {% b.append %}
mergeAction -> "then" "update" "set" assignments where:? {% i.mergeUpdate %} | "then" "delete" where:? {% i.mergeDelete %}
  | "then" mergeInsert {% (d) => d[1] %}
mergeInsert -> "insert" mergeTarget insertColumns:? precedence:? "select" items where:? {% i.mergeInsertInto %}
  | "insert" insertColumns:? "select" items where:? {% i.mergeInsert %}
mergeTarget -> "into" typeName {% (d) => d[1] %}
update -> "update" "istream" typeName alias "set" assignments where:? {% o.update %}
fireAndForget -> "delete" "from" typeName alias where:? {% f.queryDelete %}
  | "update" typeName alias "set" assignments where:? {% f.queryUpdate %}
  | insert "values" valueRows {% f.queryInsert %}
valueRows -> "(" expressions ")" {% (d) => [d[1]] %} | valueRows "," "(" expressions ")" {% (d) => [...d[0], d[3]] %}

# Patterns, loosest first

pattern -> orPattern {% id %} | followed {% p.followedBy %}
followed -> orPattern arrow orPattern {% p.followStart %} | followed arrow orPattern {% p.followMore %}
arrow -> "->" {% () => null %} | "-[" expression "]" ">" {% (d) => d[1] %}
orPattern -> andPattern {% id %} | orList {% p.orPattern %}
orList -> andPattern "or" andPattern {% b.pair %} | orList "or" andPattern {% b.appendAfter %}
andPattern -> repeatPattern {% id %} | andList {% p.andPattern %}
andList -> repeatPattern "and" repeatPattern {% b.pair %} | andList "and" repeatPattern {% b.appendAfter %}
repeatPattern -> qualified {% id %} | bounds qualified {% p.repeat %}
  | qualified "until" qualified {% p.untilPattern %} | bounds qualified "until" qualified {% p.repeat %}
bounds -> "[" expression "]" {% (d) => p.bounds(d, d[1], d[1]) %} | "[" expression ":" expression "]" {% (d) => p.bounds(d, d[1], d[3]) %}
  | "[" expression ":" "]" {% (d) => p.bounds(d, d[1], null) %} | "[" ":" expression "]" {% (d) => p.bounds(d, null, d[2]) %}
qualified -> guarded {% id %} | "every" bounded {% p.every %} | "not" bounded {% p.notPattern %}
  | "every-distinct" "(" timeArguments ")" bounded {% p.everyDistinct %}
bounded -> guarded {% id %} | bounds guarded {% p.repeat %}
guarded -> atom {% id %} | atom "where" %NAME ":" %NAME callArguments {% p.guard %}
  | atom "while" "(" expression ")" {% p.whilePattern %}
callArguments -> "(" ")" {% (d) => b.bracketed(d, []) %} | "(" timeArguments ")" {% (d) => b.bracketed(d, d[1]) %}
atom -> "(" pattern ")" {% p.patternInBrackets %} | eventFilter annotations {% (d) => p.filterAtom(d, null, d[0], d[1]) %}
  | %NAME "=" eventFilter annotations {% (d) => p.filterAtom(d, b.name(d), d[2], d[3]) %}
  | %NAME ":" %NAME callArguments {% p.observer %}

# Expressions, loosest first

expressions -> expression {% b.one %} | expressions "," expression {% b.appendAfter %}
tuple -> "(" ")" {% (d) => e.tuple(d, []) %} | "(" expression "," expressions ")" {% (d) => e.tuple(d, [d[1], ...d[3]]) %}
expression -> and {% id %} | expression "or" and {% e.binary %}
and -> bits {% id %} | and "and" bits {% e.binary %}
bits -> negated {% id %} | bits %BITS negated {% e.binary %}
negated -> equality {% id %} | "not" equality {% e.unary %}
equality -> relation {% id %} | equality %EQUAL relation {% e.binary %}
  | equality %EQUAL quantified {% e.quantified %}
relation -> joined {% id %} | relation %COMPARE joined {% e.binary %}
  | relation %COMPARE quantified {% e.quantified %}
  | joined membership {% e.relation %}
membership -> "in" "(" expressions ")" {% e.inList %} | "in" %OPEN expression ":" expression %CLOSE {% e.inRange %}
  | "in" subquery {% e.inSubquery %} | "between" joined "and" joined {% e.between %} | %MATCH joined {% e.match %}
  | %MATCH joined "escape" %STRING {% e.match %}
quantified -> %QUANTIFIER "(" ")" {% (d) => e.quantity(d, []) %} | %QUANTIFIER "(" expressions ")" {% (d) => e.quantity(d, d[2]) %}
  | %QUANTIFIER subquery {% e.quantitySubquery %}
joined -> sum {% id %} | joined "||" sum {% e.binary %}
sum -> product {% id %} | summed {% id %}
summed -> sum %PLUS product {% e.binary %}
product -> signed {% id %} | multiplied {% id %}
multiplied -> product %TIMES signed {% e.binary %}
signed -> primary {% id %} | negative {% id %} | newArray {% id %}
negative -> %SIGN primary {% e.unary %}
newArray -> "new" typeName newSizes {% (d) => e.newArray(d, null) %} | "new" typeName newSizes "{" "}" {% (d) => e.newArray(d, []) %}
  | "new" typeName newSizes "{" expressions "}" {% (d) => e.newArray(d, d[4]) %}
newSizes -> newSize {% b.one %} | newSizes newSize {% b.append %}
newSize -> "[" "]" {% e.newSize %} | "[" expression "]" {% e.newSize %}
primary -> %CONSTANT {% b.constant %} | call {% e.chain %} | %NAME {% e.nameChain %} | primary "." call {% e.chainMore %}
  | primary "." %NAME {% e.chainName %} | primary "[" expressions "]" {% e.chainIndex %} | primary "?" {% e.chainDynamic %}
  | "(" expression ")" {% e.parenthesized %} | "?" {% e.parameter %}
  | %PARAMETER {% e.parameter %} | subquery {% e.rowSubquery %} | "exists" subquery {% e.existsSubquery %}
  | "{" "}" {% (d) => e.array(d, []) %} | "{" expressions "}" {% (d) => e.array(d, d[1]) %}
  | "{" jsonMembers comma:? "}" {% y.json %}
  | "case" branches elseBranch:? "end" {% (d) => e.caseOf(d, null, d[1], d[2]) %}
  | "case" expression branches elseBranch:? "end" {% (d) => e.caseOf(d, d[1], d[2], d[3]) %}
  | "cast" "(" expression castSign typeRef ")" {% e.cast %}
  | "cast" "(" expression castSign typeRef "," %NAME ":" expression ")" {% e.cast %}
  | "new" "{" newMembers "}" {% e.newRow %}
  | "new" typeName "(" ")" {% b.unsupported('`new` with a class') %}
  | "new" typeName "(" expressions ")" {% b.unsupported('`new` with a class') %}
castSign -> "," | "as"
branches -> branch {% b.one %} | branches branch {% b.append %}
branch -> "when" expression "then" expression {% e.branch %}
elseBranch -> "else" expression {% (d) => d[1] %}
newMembers -> newMember {% b.one %} | newMembers "," newMember {% b.appendAfter %}
newMember -> primary {% e.newMember %} | primary "=" expression {% e.newMember %}
subquery -> "(" "select" "distinct":? items clauses ")" {% s.subquery %}
jsonMembers -> jsonMember {% b.one %} | jsonMembers "," jsonMember {% b.appendAfter %}
jsonMember -> jsonKey ":" jsonValue {% y.jsonMember %}
jsonKey -> %STRING {% y.jsonKey %} | %NAME {% b.name %}
jsonValue -> expression {% id %} | jsonArray {% id %}
jsonArray -> "[" "]" {% y.jsonArray %} | "[" jsonValues comma:? "]" {% y.jsonArray %}
jsonValues -> jsonValue {% b.one %} | jsonValues "," jsonValue {% b.appendAfter %}

call -> %NAME "(" ")" {% (d) => e.call(d, [], false) %} | %NAME "(" arguments ")" {% (d) => e.call(d, d[2], false) %}
  | %NAME "(" %EACH arguments ")" {% (d) => e.call(d, d[3], d[2].type === 'distinct') %}
arguments -> argument {% b.one %} | arguments "," argument {% b.appendAfter %}
argument -> expression {% id %} | period {% id %} | "*" {% e.star %} | lambda {% id %} | %NAME ":" expression {% e.named %}
  | %NAME ":" period {% e.named %} | %NAME ":" tuple {% e.named %}
  | %NAME "." "*" {% e.streamStar %} | expression %ORDER {% e.ordered %}
lambda -> %NAME "=>" expression {% (d) => e.lambda(d, [b.name(d)], d[2]) %}
  | "(" names ")" "=>" expression {% (d) => e.lambda(d, d[1], d[4]) %}
oldLambda -> %NAME "->" expression {% (d) => e.lambda(d, [b.name(d)], d[2]) %}
  | "(" names ")" "->" expression {% (d) => e.lambda(d, d[1], d[4]) %}
period -> periodParts {% e.period %} | summed %UNIT {% e.periodOfSum %} | multiplied %UNIT {% e.periodOfSum %}
periodParts -> periodPart {% b.one %} | periodParts periodPart {% b.append %}
periodPart -> primary %UNIT {% e.periodPart %} | negative %UNIT {% e.periodPart %}
timeArguments -> timeArgument {% b.one %} | timeArguments "," timeArgument {% b.appendAfter %}
timeArgument -> argument {% id %} | crontabField {% id %}
crontabField -> primary "last" {% (d) => e.crontab(d, 'last', { day: d[0] }) %}
  | primary "weekday" {% (d) => e.crontab(d, 'weekday', { day: d[0] }) %}
  | crontabRange {% id %} | crontabStep {% id %} | "[" crontabList "]" {% (d) => e.crontab(d, 'list', { items: d[1] }) %}
crontabRange -> crontabNumber ":" crontabNumber {% (d) => e.crontab(d, 'range', { low: d[0], high: d[2] }) %}
crontabNumber -> %NUMBER {% b.constant %} | "?" {% e.parameter %}
crontabStep -> "*" "/" primary {% (d) => e.crontab(d, 'step', { step: d[2] }) %}
crontabList -> crontabItem {% b.one %} | crontabList "," crontabItem {% b.appendAfter %}
crontabItem -> signed {% id %} | crontabRange {% id %} | crontabStep {% id %}

# Names

dotted -> %NAME {% b.name %} | dotted "." %NAME {% b.dotted %}
typeName -> %TYPE {% b.name %} | typeName "." %NAME {% b.dotted %}
typeNames -> typeName {% b.one %} | typeNames "," typeName {% b.appendAfter %}
