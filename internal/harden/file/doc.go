// Package file makes the changes of a plan in ARM templates and their parameter
// files, and proves each of them before it is kept. It never writes to disk.
//
// # Words
//
// A world is what the inputs give: the estate, and the declaration behind each
// resource. A want is one difference between the body of a resource as it is and
// as the steps of the plan make it; an addition is a resource that is not there
// yet. A spot is where a wanted value is to be written: the literal that supplies
// it, which may be in a variable, in the default of a parameter or in a parameter
// file, or, narrower, the property that uses it. A draft is the texts of all files
// with all wants written.
//
// # Proof
//
// A draft is expanded and assessed as the input was. It holds when every resource
// that was there is there, is as the steps alone make it (package improve says how)
// or as it was, when nothing is new but the additions, when the templates give no
// new diagnostics, when every finding that is said to be mended is gone, and no
// other one has come. Where it does not hold, the wants to blame are written
// narrower, or their steps are withdrawn with the reason, and what is left is tried
// again. Each turn takes something away, so it ends.
package file
