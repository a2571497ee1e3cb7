/** Names of EPL that this version cannot run yet: they are refused as such, any other unknown name is a mistake. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Functions and aggregations, in lower case. */
export const LATER_FUNCTIONS = words('current_evaluation_context any some all var');

/** Methods of text in Java that rules may use and that have no definition here. */
export const JAVA_TEXT_METHODS = words('chars codePoints lines getBytes join format formatted');
