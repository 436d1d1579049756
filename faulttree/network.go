package faulttree

// Network follows the gates of fault trees while events come and go, one at a
// time, for simulations. It may be shared; each [State] is for one goroutine.
type Network struct {
	graph   *graph
	parents [][]edge
}

// edge leads from a node to one that uses it, with what it adds to its count.
type edge struct{ to, weight int32 }

// NewNetwork makes the network of the gates. Errors are those of [Compile].
func NewNetwork(gates []*Gate) (*Network, error) {
	g, err := newGraph(gates)
	if err != nil {
		return nil, err
	}
	n := &Network{graph: g, parents: make([][]edge, len(g.nodes))}
	for i := range g.nodes {
		for k, a := range g.of(int32(i)) {
			weight := int32(1)
			if g.nodes[i].op == Imply && k == 1 {
				weight = 2 // so that the count tells the two apart
			}
			n.parents[a] = append(n.parents[a], edge{int32(i), weight})
		}
	}
	return n, nil
}

// Events are those below the gates; their numbers are the indices here.
func (n *Network) Events() []*Event { return n.graph.events }

// State is which events and gates are true at a moment.
type State struct {
	net   *Network
	leaf  []int32 // the node of every event
	count []int32 // of the true arguments, by their weights
	value []bool
	dirty []int32 // a heap of nodes to look at again
	in    []bool  // of the heap
}

// NewState is the state in which no event is true.
func (n *Network) NewState() *State {
	g := n.graph
	s := &State{
		net: n, leaf: make([]int32, len(g.events)), count: make([]int32, len(g.nodes)),
		value: make([]bool, len(g.nodes)), in: make([]bool, len(g.nodes)),
	}
	for i := range g.nodes {
		node := &g.nodes[i]
		switch {
		case node.event >= 0:
			s.leaf[node.event] = int32(i)
		case node.op == Ref:
			s.value[i] = node.value
		default:
			s.value[i] = s.holds(int32(i))
		}
		if s.value[i] {
			for _, e := range n.parents[i] {
				s.count[e.to] += e.weight
			}
		}
	}
	return s
}

// holds is the value of a node by the count of its true arguments.
func (s *State) holds(i int32) bool {
	n := &s.net.graph.nodes[i]
	c, all := s.count[i], n.last-n.first
	switch n.op {
	case And:
		return c == all
	case Or:
		return c > 0
	case AtLeast:
		return c >= n.min
	case Cardinality:
		return c >= n.min && c <= n.max
	case Not, Nor:
		return c == 0
	case Xor:
		return c%2 == 1
	case Nand:
		return c < all
	case Imply, Iff:
		return c != 1
	}
	return s.value[i]
}

// Gate is the value of the i-th gate of the network.
func (s *State) Gate(i int) bool { return s.value[s.net.graph.tops[i]] }

// Event is the value of the i-th event.
func (s *State) Event(i int) bool { return s.value[s.leaf[i]] }

// Set changes the value of the i-th event and of all that follows from it. The
// cost is that of the gates that change and of those right above them; a gate is
// looked at once, after all its arguments.
func (s *State) Set(i int, on bool) {
	leaf := s.leaf[i]
	if s.value[leaf] == on {
		return
	}
	s.value[leaf] = on
	s.tell(leaf)
	for len(s.dirty) > 0 {
		n := s.pop()
		if v := s.holds(n); v != s.value[n] {
			s.value[n] = v
			s.tell(n)
		}
	}
}

// tell counts a changed node where it is used.
func (s *State) tell(n int32) {
	for _, e := range s.net.parents[n] {
		if s.value[n] {
			s.count[e.to] += e.weight
		} else {
			s.count[e.to] -= e.weight
		}
		if !s.in[e.to] {
			s.in[e.to] = true
			s.push(e.to)
		}
	}
}

func (s *State) push(n int32) {
	s.dirty = append(s.dirty, n)
	for i := len(s.dirty) - 1; i > 0; {
		up := (i - 1) / 2
		if s.dirty[up] <= s.dirty[i] {
			return
		}
		s.dirty[up], s.dirty[i] = s.dirty[i], s.dirty[up]
		i = up
	}
}

func (s *State) pop() int32 {
	n := s.dirty[0]
	s.in[n] = false
	last := len(s.dirty) - 1
	s.dirty[0] = s.dirty[last]
	s.dirty = s.dirty[:last]
	for i := 0; ; {
		least := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < last && s.dirty[c] < s.dirty[least] {
				least = c
			}
		}
		if least == i {
			return n
		}
		s.dirty[i], s.dirty[least] = s.dirty[least], s.dirty[i]
		i = least
	}
}
