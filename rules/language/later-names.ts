/** Names of EPL that this version cannot run yet: they are refused as such, any other unknown name is a mistake. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Functions and aggregations, in lower case. */
export const LATER_FUNCTIONS = words(
  'countminsketch countminsketchadd countminsketchfrequency countminsketchtopk ' +
    'transpose current_evaluation_context any some all var',
);

/** Methods on collections, times and intervals, in lower case. */
export const LATER_METHODS = words(
  'aggregate allof anyof arrayof average countof distinctof except firstof lastof groupby intersect leastfrequent ' +
    'mostfrequent max min maxby minby orderby orderbydesc reverse selectfrom sequenceequal sumof take takelast ' +
    'takewhile takewhilelast tomap union where plus minus set withtime withdate withmax withmin roundceiling ' +
    'roundfloor roundhalf get getmillisofsecond getsecondofminute getminuteofhour gethourofday getdayofweek ' +
    'getdayofmonth getdayofyear getweekyear getmonthofyear getyear getera format tocalendar todate tomillisec ' +
    'between before after coincides during finishes finishedby includes meets metby overlaps overlappedby starts ' +
    'startedby size contains',
);

/** Methods of text in Java that rules may use and that have no definition here. */
export const JAVA_TEXT_METHODS = words('chars codePoints lines getBytes join format formatted');
