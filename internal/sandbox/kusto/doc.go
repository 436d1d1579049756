// Package kusto runs the part of the Kusto query language that inventories of
// Azure Resource Graph are written in, over tables that the caller hands in. It
// knows nothing of Azure: what a table holds is the caller's affair.
//
// Words: a [Query] is a parsed text: let statements and a pipeline. A pipeline
// starts at a source (a table, a pipeline in parentheses, a union) and goes
// through tabular operators, each of which takes rows and gives rows. A [Table]
// is columns with types and rows; a [Row] gives a [Value] for each column; a
// [Value] is null, a bool, a number, a string, a datetime, a timespan, an array
// or a bag (a JSON object, its keys in their order). [Parse] finds what is wrong
// with the text, [Query.Run] binds names and types to the tables and finds what
// is wrong with those; both give an [Error] with line and column.
//
// # Semantics
//
// They follow the public documentation of Kusto (null values, the dynamic type,
// string operators, join, mv-expand) and of Resource Graph (query language,
// 2021-03 and later). Where both are silent, this is what was chosen:
//
//   - Types are static, as in Kusto. Names of columns and of members of a dynamic
//     value are case-sensitive; names of tables are not. A member that is not
//     there is null.
//   - A string is never null: a null in a string column is the empty string.
//     null == null is null, null == v is false, null != v is true; an order
//     comparison or arithmetic with null is null. A null predicate drops the row.
//     and, or and not follow three-valued logic.
//   - A dynamic value compared with a scalar is first cast to the scalar's type,
//     as tostring(), tolong() and so on would do. Two dynamic values cannot be
//     compared; keys of order by, summarize, distinct, top and join cannot be
//     dynamic: a cast is asked for, as Kusto does.
//   - A dynamic value may stand where a bool is wanted: true and false are
//     themselves, anything else is null.
//   - has looks for whole terms: its operand must not touch a letter or digit on a
//     side where it begins or ends with one itself.
//   - Integer division truncates, % is never negative, division of integers by
//     zero is null, and so is what does not fit 64 bits.
//   - order by is stable and descending unless it says asc; nulls come first when
//     ascending, last when descending, unless it says otherwise.
//   - Rows come in the order of the table; groups in the order of their first row;
//     the rows of a join in the order of the left side, then of the right, the
//     unmatched of the right side last. innerunique keeps the first left row of a
//     key. So the same tables give the same result.
//   - mv-expand gives at most 128 rows for a row unless it has a limit
//     (Resource Graph's default; Kusto itself has none), one row for null, none for
//     an empty array or bag.
//   - dcount counts exactly; Kusto estimates.
//   - take, limit and take_any take the first rows.
//   - Regular expressions are RE2, as Kusto's are.
//   - A column without a name is called as Kusto calls it: after the member or the
//     first argument of a conversion (properties_sku_name), count_, sum_x, list_x,
//     or Column1 and so on. A column of the right side of a join whose name is
//     taken gets a number.
//
// # Not here
//
// Operators and functions that are not supported are refused by name, with what
// is: among them render, evaluate, mv-apply, make-series, lookup, print,
// datatable, user-defined functions, toscalar, and shared queries in {{ }}. Text,
// nesting, rows and values are bounded; what exceeds a bound is an error with
// [CodeLimit], or null for a value.
package kusto
