// Package account is what the data planes of a storage account have in common:
// finding the account that a request is for, whether it can be used now, who
// asks and what they may do, and how the service says no.
//
// Words: the front of a service (blob or file) opens requests. An access is a
// request that was let in: to an account, through its primary or its secondary
// endpoint, with what its grant permits. What is hidden are writes that the copy
// which answers does not have: those that replication has not brought yet, or
// those that a failover has lost. A fault is a refusal in the service's own
// format.
package account
