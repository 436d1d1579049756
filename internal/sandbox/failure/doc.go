// Package failure makes the sandbox fail: outages of a node, a zone, a region, a
// service, a single resource or identity, and what each of them does to each
// resource as time goes on. What a resource does is a fact of the catalog, its
// survival; this package lives it through on the sandbox's clock.
//
// Words: an outage is kept as a record, from its start to its end. It hits what
// stands where it strikes. The own standing of a resource is what the outages
// that hit it leave of it by itself; its standing takes in what it leans on. The
// board is the [world.Health] that all parts of the sandbox ask.
//
// # Time
//
// Until its RTO is over a resource does what the row's words for reads and writes
// say; from then on what its state says. One that fails over then serves the copy
// in the other region, without what was written in the RPO before the outage.
// What a customer has to fail over stays out of reach until the outage ends or
// somebody does it (a storage account then has another region, where the outage
// does not strike). What has to be rebuilt, and what loses all its data, is back
// when the outage ends: the sandbox does not make people rebuild.
//
// # What is not known
//
// Where the catalog does not know what a resource does, because no row of facts
// holds or several may, the sandbox does the worst of it: rehearse for that.
package failure
