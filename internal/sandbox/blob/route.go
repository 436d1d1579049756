package blob

import (
	"net/http"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

// The letters of the permissions are those of a service SAS: read, write,
// delete, list, add, create, tags, permanent delete, move, execute, ownership. An
// operation without letters is not for those with a SAS: the access policies are
// the owner's (learn.microsoft.com/rest/api/storageservices/get-container-acl).

// serviceOperations are those on the account, by method, restype and comp.
var serviceOperations = map[string]operation{
	"GET  list":                      {letters: "l", run: (*request).listContainers},
	"GET service properties":         {letters: "r", run: (*request).getServiceProperties},
	"PUT service properties":         {letters: "w", run: (*request).setServiceProperties, write: true},
	"GET service stats":              {letters: "r", run: (*request).getStats},
	"POST service userdelegationkey": {letters: "r", run: (*request).getDelegationKey, token: true},
	"GET account properties":         {letters: "r", run: (*request).getAccountInfo},
	"HEAD account properties":        {letters: "r", run: (*request).getAccountInfo},
}

// containerOperations are those on a container, by method and comp; all have
// restype=container.
var containerOperations = map[string]operation{
	"PUT ":          {letters: "cw", run: (*request).createContainer, write: true},
	"GET ":          {letters: "rl", run: (*request).getContainer, public: "Container"},
	"HEAD ":         {letters: "rl", run: (*request).getContainer, public: "Container"},
	"GET metadata":  {letters: "rl", run: (*request).getContainer, public: "Container"},
	"HEAD metadata": {letters: "rl", run: (*request).getContainer, public: "Container"},
	"PUT metadata":  {letters: "w", run: (*request).setContainerMetadata, write: true},
	"DELETE ":       {letters: "d", run: (*request).deleteContainer, write: true},
	"GET acl":       {run: (*request).getContainerACL},
	"HEAD acl":      {run: (*request).getContainerACL},
	"PUT acl":       {run: (*request).setContainerACL, write: true},
	"PUT lease":     {letters: "w", run: (*request).leaseContainer, write: true},
	"GET list":      {letters: "l", run: (*request).listBlobs, public: "Container"},
}

// blobOperations are those on a blob, by method and comp.
var blobOperations = map[string]operation{
	"PUT ":            {letters: "cw", run: (*request).put, write: true},
	"PUT block":       {letters: "cw", run: (*request).putBlock, write: true},
	"PUT blocklist":   {letters: "cw", run: (*request).putBlockList, write: true},
	"GET blocklist":   {letters: "r", run: (*request).getBlockList},
	"PUT appendblock": {letters: "aw", run: (*request).appendBlock, write: true},
	"PUT seal":        {letters: "w", run: (*request).seal, write: true},
	"GET ":            {letters: "r", run: (*request).get, public: "Blob"},
	"HEAD ":           {letters: "r", run: (*request).get, public: "Blob"},
	"GET metadata":    {letters: "r", run: (*request).getMetadata, public: "Blob"},
	"HEAD metadata":   {letters: "r", run: (*request).getMetadata, public: "Blob"},
	"PUT metadata":    {letters: "w", run: (*request).setMetadata, write: true},
	"PUT properties":  {letters: "w", run: (*request).setProperties, write: true},
	"PUT tier":        {letters: "w", run: (*request).setTier, write: true},
	"GET tags":        {letters: "t", run: (*request).getTags},
	"PUT tags":        {letters: "t", run: (*request).setTags, write: true},
	"PUT lease":       {letters: "w", run: (*request).leaseBlob, write: true},
	"PUT copy":        {letters: "w", run: (*request).abortCopy, write: true},
	"PUT undelete":    {letters: "w", run: (*request).undelete, write: true},
	"DELETE ":         {letters: "d", run: (*request).remove, write: true},
}

// notHere are the values of comp that Azure knows and this service does not.
var notHere = map[string]string{
	"snapshot": "snapshots", "page": "page blobs", "pagelist": "page blobs", "incrementalcopy": "page blobs", "batch": "batches of requests",
	"query": "queries of contents", "immutabilityPolicies": "immutability policies", "legalhold": "legal holds", "expiry": "expiry times", "blobs": "searching by tags",
}

// route finds the operation that a request asks for.
func (q *request) route(scope account.Scope) (operation, error) {
	method, comp, restype := q.r.Method, q.Query.Get("comp"), q.Query.Get("restype")
	var op operation
	ok := false
	switch {
	case scope == account.OfService || restype == "account":
		op, ok = serviceOperations[method+" "+restype+" "+comp]
	case scope == account.OfContainer && restype == "container":
		op, ok = containerOperations[method+" "+comp]
	case scope == account.OfObject && restype == "":
		op, ok = blobOperations[method+" "+comp]
	}
	if what, known := notHere[comp]; !ok && known {
		return op, account.Refuse(http.StatusNotImplemented, "NotImplemented", "The sandbox does not have %s.", what)
	}
	if !ok && method != "GET" && method != "HEAD" && method != "PUT" && method != "DELETE" {
		return op, account.ErrVerb
	}
	if !ok {
		return op, account.ErrURI
	}
	for _, name := range []string{"snapshot", "versionid"} {
		if q.Query.Get(name) != "" {
			return op, account.Refuse(http.StatusNotImplemented, "NotImplemented", "The sandbox keeps no snapshots and no versions of blobs.")
		}
	}
	return op, nil
}
