package kusto

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Codes of errors that Resource Graph has been seen to answer with in the
// details of an InvalidQuery error.
const (
	// CodeParser is a text that is not Kusto.
	CodeParser = "ParserFailure"
	// CodeLanguage is Kusto that is not supported.
	CodeLanguage = "InvalidQueryLanguage"
	// CodeJoin is a kind of join that is not supported.
	CodeJoin = "UnsupportedJoinFlavor"
	// CodeTable is a table that is not there.
	CodeTable = "DisallowedLogicalTableName"
	// CodeQuery is any other mistake: names, types, arguments. Which codes
	// Resource Graph itself has for these is not known here; this is the one of the
	// error that all the others are details of.
	CodeQuery = "InvalidQuery"
	// CodeLimit is a query that needs more than it may have.
	CodeLimit = "ResultTooLarge"
)

// Error is what is wrong with a query, and where.
type Error struct {
	Code    string // one of the constants
	Message string // what is wrong, and what to write in its place where that is known
	Line    int    // from 1
	Column  int    // in characters, from 1
	Token   string // the text at that place, <EOF> at the end
}

// Error is line:column and the message.
func (e *Error) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
}

// position is where something stands in the text of the query.
type position struct {
	offset int
	token  string
}

// place makes an error of a position in a text.
func place(text string, at position, code, format string, args ...any) *Error {
	before := text[:min(at.offset, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Code:    code,
		Message: fmt.Sprintf(format, args...),
		Line:    strings.Count(before, "\n") + 1,
		Column:  utf8.RuneCountInString(before[start:]) + 1,
		Token:   at.token,
	}
}
