// Package price says what an estate costs a month, and what a change of it costs
// more or less, by a download of Azure's public retail price list.
//
// # Words
//
// A [List] is what was kept of the downloaded files: the items that some meter of
// the catalog asks for. A meter says which [Item] a resource is billed by and how
// many units of it; a [Line] is one meter of one resource with its price; a [Bill]
// is all lines of a resource, a [Total] all bills of an estate. A [Difference] is
// what one estate costs more than another one.
//
// # What is not known
//
// Nothing is guessed. A line is not known when the list has no item for it, when
// more than one item fits and their prices differ, when the resource has values
// that only a deployment makes known, or when nobody can say how many units there
// will be: data stored, operations. Such a line says why, and shows the price of a
// unit where there is one; it is never added up. A difference between two lines of
// which only the number of units is not known is the ratio of their prices, which
// is exact all the same.
//
// A month has 730 hours. Prices are those of the list for pay-as-you-go: without
// reservations, savings plans, taxes and what was agreed with Microsoft.
package price
