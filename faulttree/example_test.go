package faulttree_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

// A service runs on three nodes of which it needs two, and leans on a database.
func Example() {
	events := []*faulttree.Event{
		{Name: "node1", Probability: 0.01}, {Name: "node2", Probability: 0.01}, {Name: "node3", Probability: 0.01},
		{Name: "database", Probability: 0.0005},
	}
	nodes := &faulttree.Formula{Op: faulttree.AtLeast, Min: 2}
	for _, e := range events[:3] {
		nodes.Args = append(nodes.Args, &faulttree.Formula{Event: e})
	}
	top := &faulttree.Gate{Name: "down", Formula: &faulttree.Formula{Op: faulttree.Or, Args: []*faulttree.Formula{nodes, {Event: events[3]}}}}

	a, err := faulttree.Analyse(top, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, _ := a.Probability()
	sets, _ := a.CutSets()
	first, _ := sets.MostProbable(1)
	fmt.Printf("down %.4g of the time, %s minimal cut sets, the most probable one: %s\n", p, sets.Count(), first[0].Events[0].Name)
	// Output: down 0.0007979 of the time, 4 minimal cut sets, the most probable one: database
}

// Models are read from and written to files in the Open-PSA format.
func ExampleModel_Plain() {
	m, _, err := openpsa.Read(openpsa.Source{Name: "m.xml", Reader: strings.NewReader(`<opsa-mef><define-fault-tree name="T">
<define-gate name="odd"><xor><event name="a"/><event name="b"/></xor></define-gate>
<define-basic-event name="a"><float value="0.1"/></define-basic-event>
<define-basic-event name="b"><float value="0.2"/></define-basic-event></define-fault-tree></opsa-mef>`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := openpsa.Write(os.Stdout, m.Plain()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <opsa-mef>
	//   <define-fault-tree name="T">
	//     <define-gate name="odd">
	//       <or>
	//         <and>
	//           <basic-event name="a"/>
	//           <not>
	//             <basic-event name="b"/>
	//           </not>
	//         </and>
	//         <and>
	//           <not>
	//             <basic-event name="a"/>
	//           </not>
	//           <basic-event name="b"/>
	//         </and>
	//       </or>
	//     </define-gate>
	//   </define-fault-tree>
	//   <model-data>
	//     <define-basic-event name="a">
	//       <float value="0.1"/>
	//     </define-basic-event>
	//     <define-basic-event name="b">
	//       <float value="0.2"/>
	//     </define-basic-event>
	//   </model-data>
	// </opsa-mef>
}

// A region that is down takes the service along until the spare region has taken
// over, which needs half an hour and fails one time in ten.
func Example_standby() {
	region := &faulttree.Event{Name: "region"}
	switching := &faulttree.Event{Name: "switching"}
	fails := &faulttree.Event{Name: "the switch fails"}
	down := &faulttree.Gate{Name: "region is down", Formula: &faulttree.Formula{Event: region}}
	top := &faulttree.Gate{Name: "service is down", Formula: &faulttree.Formula{Op: faulttree.And, Args: []*faulttree.Formula{
		{Event: region}, {Op: faulttree.Or, Args: []*faulttree.Formula{{Event: switching}, {Event: fails}}},
	}}}
	r, err := simulation.Run(context.Background(), &simulation.System{
		Top:      top,
		Renewals: []simulation.Renewal{{Event: region, Failure: simulation.Exponential(2 * simulation.Year), Repair: simulation.LognormalOf(5, 3)}},
		Demands:  []simulation.Demand{{Event: fails, Probability: 0.1, When: down}},
		Delays:   []simulation.Delay{{Event: switching, Time: simulation.Fixed(0.5), When: down}},
	}, simulation.Options{Years: 100_000, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	more, _ := r.MoreThan(1)
	fmt.Printf("%.2f hours a year, more than one hour in %.0f %% of the years\n", r.Mean, 100*more)
	// Output: 0.48 hours a year, more than one hour in 6 % of the years
}
