// Package plain has the resource providers of services with little behaviour of
// their own in the sandbox: search, Synapse, Data Factory, App Service, Event
// Hubs, backup, Logic Apps, the Data Lake services that are no more, and
// deployment scripts, which the sandbox does not run.
package plain
