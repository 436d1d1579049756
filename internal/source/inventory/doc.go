// Package inventory reads listings of resources that exist: the JSON of
// `az resource list` and `az resource show`, of `az graph query`, pages and
// arrays of resources as Azure Resource Manager returns them, one JSON value
// after another, and Holdfast's own estate JSON.
//
// Words: an element is an object of the listing that stands for one resource; a
// page is an object that holds elements under "value" or "data". A listing is
// short when it leaves out properties, as `az resource list` does: the
// properties of its resources are unknown, not absent.
package inventory
