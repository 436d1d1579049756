package html

import (
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// columns places the boxes: a column for each side and level, the workspace
// between the sides, each column in the middle of the picture's height.
func (p *picture) columns(boxes []*box, parents map[*box][]*box) {
	byColumn := map[[2]int][]*box{}
	levels := map[int]int{}
	for _, b := range boxes {
		k := [2]int{b.side, b.level}
		byColumn[k] = append(byColumn[k], b)
		levels[b.side] = max(levels[b.side], b.level)
	}
	height := homeHeight
	for _, column := range byColumn {
		height = max(height, columnHeight(column))
	}
	p.Height = bandTop + height + 2*margin
	middle := bandTop + margin + height/2
	left := levels[-1] * (boxWidth + columnGap)
	p.Home = homeBox{X: margin + margin + left, Width: homeWidth, Height: homeHeight, Y: middle - homeHeight/2}
	p.Width = p.Home.X + homeWidth + levels[1]*(boxWidth+columnGap) + 2*margin
	for _, side := range []int{-1, 1} {
		for level := 1; level <= levels[side]; level++ {
			column := byColumn[[2]int{side, level}]
			x := p.Home.X + homeWidth + columnGap + (level-1)*(boxWidth+columnGap)
			if side < 0 {
				x = p.Home.X - level*(boxWidth+columnGap)
			}
			if level > 1 {
				p.beside(column, parents, x, bandTop+margin, bandTop+margin+height)
				continue
			}
			p.column(column, x, middle)
		}
	}
	for i, b := range p.Boxes {
		b.Number = i
	}
	p.Big = p.Width > 1000
	edge := p.Home.X + homeWidth + columnGap/2
	p.Bands = []band{{X: 0, Y: 0, Width: edge - 4, Height: p.Height, Class: "microsoft", Title: "Microsoft keeps this up"}}
	if levels[1] > 0 {
		p.Bands = append(p.Bands, band{X: edge + 4, Y: 0, Width: p.Width - edge - 4, Height: p.Height, Class: "customer", Title: "You keep this up"})
	} else {
		p.Width = edge
	}
}

func columnHeight(column []*box) int {
	h, group := -boxGap, ""
	for _, b := range column {
		h += boxHeight + boxGap
		if b.level == 1 && b.group != group {
			group = b.group
			h += groupGap
		}
	}
	return h
}

// column places one column around the middle; boxes keep the order of the
// catalog, which is that of the guide.
func (p *picture) column(column []*box, x, middle int) {
	y, group := middle-columnHeight(column)/2, ""
	for _, b := range column {
		if b.level == 1 && b.group != group {
			group = b.group
			b.Group, b.GroupY = report.GroupTitle(group), y+groupGap-10
			y += groupGap
		}
		b.X, b.Y = x, y
		y += boxHeight + boxGap
		p.Boxes = append(p.Boxes, b)
	}
}

// beside places a farther column: each box as near as there is room to what
// leans on it, so that arrows are short and seldom cross.
func (p *picture) beside(column []*box, parents map[*box][]*box, x, top, bottom int) {
	anchor := make(map[*box]int, len(column))
	for _, b := range column {
		sum, n := 0, 0
		for _, from := range parents[b] {
			if from.level < b.level {
				sum, n = sum+from.Y, n+1
			}
		}
		if anchor[b] = (top + bottom - boxHeight) / 2; n > 0 {
			anchor[b] = sum / n
		}
	}
	slices.SortStableFunc(column, func(a, b *box) int { return anchor[a] - anchor[b] })
	y := top
	for _, b := range column {
		b.X, b.Y = x, max(y, anchor[b])
		y = b.Y + boxHeight + boxGap
	}
	y = bottom - boxHeight
	for _, b := range slices.Backward(column) {
		b.Y = max(top, min(b.Y, y))
		y = b.Y - boxHeight - boxGap
	}
	p.Boxes = append(p.Boxes, column...)
}

// parents says which boxes lean on a box.
func parents(e *estate.Estate, boxes []*box, of map[*estate.Resource]*box) map[*box][]*box {
	out := map[*box][]*box{}
	for _, from := range boxes {
		for _, m := range from.members {
			for rel := range e.LeansOn(m) {
				if to := of[rel.To]; to != nil && to != from && !unseenRoles[rel.Role] {
					out[to] = append(out[to], from)
				}
			}
		}
	}
	return out
}

// arrows draws the relations between boxes, one for each pair of boxes.
func (p *picture) arrows(e *estate.Estate, ws *estate.Resource, of map[*estate.Resource]*box) {
	type pair struct{ from, to int }
	seen := map[pair]bool{}
	add := func(from *box, to *box) {
		k := pair{-1, to.Number}
		if from != nil {
			k.from = from.Number
		}
		if k.from == k.to || seen[k] {
			return
		}
		seen[k] = true
		p.Arrows = append(p.Arrows, arrow{Path: p.path(from, to), From: k.from, To: k.to, Class: "s-carries-on"})
	}
	for rel := range e.LeansOn(ws) {
		if to := of[rel.To]; to != nil && !unseenRoles[rel.Role] {
			add(nil, to)
		}
	}
	for _, b := range p.Boxes {
		for _, m := range b.members {
			for rel := range e.LeansOn(m) {
				if to := of[rel.To]; to != nil && !unseenRoles[rel.Role] {
					add(b, to)
				}
			}
		}
	}
	slices.SortFunc(p.Arrows, func(a, b arrow) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
}

// path is a smooth line from the side of one box to the side of the other. Two
// boxes of one column are joined around its outer side.
func (p *picture) path(from, to *box) string {
	// Arrows from the workspace fan out along its edge.
	x1, y1, width := p.Home.X, p.Home.Y+24+(to.Y+to.Height/2)*(p.Home.Height-48)/max(p.Height, 1), p.Home.Width
	if from != nil {
		x1, y1, width = from.X, from.Y+from.Height/2, from.Width
	}
	x2, y2 := to.X, to.Y+to.Height/2
	switch {
	case x2 >= x1+width:
		x1 += width
		bend := (x2 - x1) / 2
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
	case x2+to.Width <= x1:
		x2 += to.Width
		bend := (x1 - x2) / 2
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1-bend, y1, x2+bend, y2, x2, y2)
	}
	out := columnGap * 2 / 3
	if to.side < 0 {
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1-out, y1, x2-out, y2, x2, y2)
	}
	x1, x2 = x1+width, x2+to.Width
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+out, y1, x2+out, y2, x2, y2)
}
