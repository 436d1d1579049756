package eval

import (
	"math/big"
	"net/netip"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// network reads an address range; bits beyond the prefix are cleared.
func network(e *expr.Expr, which int, v value.Value) (netip.Prefix, *Error) {
	s, err := str(e, which, v)
	if err != nil {
		return netip.Prefix{}, err
	}
	p, perr := netip.ParsePrefix(s)
	if perr != nil || p.Addr().Zone() != "" {
		return p, cannot(e, "the value '%s' is not an address range in CIDR notation, such as '10.0.0.0/16'", show(v))
	}
	return p.Masked(), nil
}

// toNumber and toAddress convert between addresses and numbers.
func toNumber(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

func toAddress(n *big.Int, like netip.Addr) netip.Addr {
	b := make([]byte, like.BitLen()/8)
	a, _ := netip.AddrFromSlice(n.FillBytes(b))
	return a
}

// span is the number of addresses with so many free bits.
func span(bits int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(bits)) }

// lastAddress is the highest address of a network.
func lastAddress(p netip.Prefix) netip.Addr {
	n := toNumber(p.Addr())
	n.Add(n, span(p.Addr().BitLen()-p.Bits()))
	return toAddress(n.Sub(n, big.NewInt(1)), p.Addr())
}

// usable gives the first and last address for hosts. IPv4 keeps the first of all for the network and the last for
// broadcasts, but for networks of one or two addresses (RFC 3021).
func usable(p netip.Prefix) (first, last netip.Addr) {
	first, last = p.Addr(), lastAddress(p)
	if p.Addr().Is4() && p.Bits() < 31 {
		first, last = first.Next(), last.Prev()
	}
	return first, last
}

func fnParseCIDR(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	p, err := network(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	size := p.Addr().BitLen()
	mask := new(big.Int).Sub(span(size), span(size-p.Bits()))
	first, last := usable(p)
	members := []value.Member{
		{Key: "network", Value: value.String(p.Addr().String())},
		{Key: "netmask", Value: value.String(toAddress(mask, p.Addr()).String())},
	}
	if p.Addr().Is4() {
		members = append(members, value.Member{Key: "broadcast", Value: value.String(lastAddress(p).String())})
	}
	members = append(members,
		value.Member{Key: "firstUsable", Value: value.String(first.String())},
		value.Member{Key: "lastUsable", Value: value.String(last.String())},
		value.Member{Key: "cidr", Value: value.Int(int64(p.Bits()))})
	return value.Object(members), nil
}

// fnCIDRSubnet gives the i-th of the subnets with a longer prefix.
func fnCIDRSubnet(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	p, err := network(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	bits, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	i, err := integer(e, 2, a[2])
	if err != nil {
		return value.Value{}, err
	}
	size := p.Addr().BitLen()
	if bits < int64(p.Bits()) || bits > int64(size) {
		return value.Value{}, cannot(e, "the new prefix must be between %d, the prefix of the range, and %d. The provided value: '%d'", p.Bits(), size, bits)
	}
	if count := span(int(bits) - p.Bits()); i < 0 || count.Cmp(big.NewInt(i)) <= 0 {
		return value.Value{}, cannot(e, "the range '%s' has %s subnet(s) with the prefix %d. The provided index: '%d'", p, count, bits, i)
	}
	n := new(big.Int).Mul(big.NewInt(i), span(size-int(bits)))
	n.Add(n, toNumber(p.Addr()))
	return value.String(netip.PrefixFrom(toAddress(n, p.Addr()), int(bits)).String()), nil
}

// fnCIDRHost gives the i-th usable address of a range; 0 is the one after the address of the network.
func fnCIDRHost(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	p, err := network(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	i, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	n := new(big.Int).Add(big.NewInt(i), big.NewInt(1))
	n.Add(n, toNumber(p.Addr()))
	_, last := usable(p)
	if i < 0 || n.Cmp(toNumber(last)) > 0 {
		return value.Value{}, cannot(e, "the range '%s' has no usable host with the index '%d'", p, i)
	}
	return value.String(toAddress(n, p.Addr()).String()), nil
}
