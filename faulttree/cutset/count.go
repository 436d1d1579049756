package cutset

import "math/big"

// Count is the exact number of sets in f.
func (d *Diagram) Count(f Family) *big.Int {
	memo := map[Family]*big.Int{Empty: new(big.Int), Unit: big.NewInt(1)}
	return d.count(f, memo)
}

func (d *Diagram) count(f Family, memo map[Family]*big.Int) *big.Int {
	if n, ok := memo[f]; ok {
		return n
	}
	n := d.nodes[f]
	sum := new(big.Int).Add(d.count(n.hi, memo), d.count(n.lo, memo))
	memo[f] = sum
	return sum
}

// List gives the sets of f, each as increasing levels; at most the given number
// of them (0: all).
func (d *Diagram) List(f Family, most int) [][]int {
	var out [][]int
	var path []int
	var walk func(f Family) bool
	walk = func(f Family) bool {
		switch f {
		case Empty:
			return true
		case Unit:
			out = append(out, append([]int{}, path...))
			return most == 0 || len(out) < most
		}
		n := d.nodes[f]
		path = append(path, int(n.level))
		more := walk(n.hi)
		path = path[:len(path)-1]
		return more && walk(n.lo)
	}
	walk(f)
	return out
}
