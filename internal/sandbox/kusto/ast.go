package kusto

// Query is a parsed query. It is immutable; several goroutines may run it at the
// same time.
type Query struct {
	text string
	lets []let
	main *pipeline
}

// let names a scalar or a pipeline; one of the two is set.
type let struct {
	name   string
	at     position
	scalar node
	table  *pipeline
}

// pipeline is a source and the operators after it.
type pipeline struct {
	source source
	ops    []operator
}

// source is where rows come from: a table by name, a pipeline in parentheses, or
// a union; with none of them, the default table.
type source struct {
	at    position
	table string
	inner *pipeline
	union *unionOp
}

// operator is one tabular operator.
type operator interface{ place() position }

func (p position) place() position { return p }

// named is an expression with the name given to it, if any.
type named struct {
	at   position
	name string
	expr node
}

type (
	whereOp struct {
		position
		cond node
	}
	projectOp struct {
		position
		keep  bool // extend: the columns of the input stay
		items []named
	}
	// selectOp is project-away, project-keep and project-reorder.
	selectOp struct {
		position
		verb     string
		patterns []namePattern
	}
	renameOp struct {
		position
		items []named // expr is the old name
	}
	summarizeOp struct {
		position
		aggs, by []named
	}
	sortOp struct {
		position
		keys []sortKey
	}
	takeOp struct {
		position
		count node
		keys  []sortKey // of top
	}
	distinctOp struct {
		position
		star  bool
		items []named
	}
	countOp struct{ position }
	joinOp  struct {
		position
		kind   string
		kindAt position
		right  *pipeline
		on     []joinKey
	}
	unionOp struct {
		position
		inner      bool
		withSource string
		legs       []*pipeline
		names      []string // of legs, for withsource
	}
	expandOp struct {
		position
		array     bool // kind=array: entries of bags become [key, value]
		itemIndex string
		items     []expandItem
		limit     node
	}
	parseOp struct {
		position
		expr  node
		regex bool
		where bool // parse-where: rows that do not match go
		parts []parsePart
	}
)

type namePattern struct {
	at    position
	name  string // with * for anything
	order string // of project-reorder: "", asc or desc
}

type sortKey struct {
	expr       node
	asc        bool
	nullsFirst bool
}

type joinKey struct {
	at          position
	left, right string
}

type expandItem struct {
	named
	to    Type
	typed bool
}

// parsePart is one piece of the pattern of parse: text to find, a column to
// fill, or a star.
type parsePart struct {
	at     position
	text   string
	column string
	typ    Type
	star   bool
}

// node is an expression.
type node interface{ place() position }

type (
	literal struct {
		position
		typ   Type
		value Value
	}
	nameRef struct {
		position
		name string
	}
	// memberOf is a.b or a['b'], indexOf is a[expr].
	memberOf struct {
		position
		base node
		key  string
	}
	indexOf struct {
		position
		base  node
		index node
	}
	call struct {
		position
		name string
		args []node
	}
	star struct{ position }
	// typeOf is typeof(T) as an argument.
	typeOf struct {
		position
		typ Type
	}
	unary struct {
		position
		arg node
	}
	operation struct {
		position
		op          string
		left, right node
	}
	// logical is a chain of and, or of or.
	logical struct {
		position
		or   bool
		args []node
	}
	// inList is in, !in, in~, !in~, has_any and has_all.
	inList struct {
		position
		op    string
		left  node
		list  []node
		table *pipeline
	}
	between struct {
		position
		not          bool
		arg, low, up node
	}
)
