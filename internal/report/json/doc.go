// Package json writes results as JSON with stable keys: [Write] for an assessed
// estate, [Outages] for outages alone, [Catalog] and [Rules] for the catalog.
//
// The keys only grow: a reader of schemaVersion 1.x can read every later 1.y.
// What is not known is null, never missing and never a guess. [Schema] is the
// published JSON Schema of the report; a test holds every report against it.
//
// A time is two members: rtoSeconds is the figure, null when the source gives
// none, and rto says what kind it is: "figure", "upTo" (at most the figure),
// "outage" (as long as the outage lasts), "rebuild" (until rebuilt by hand),
// "none", "total" (all data may be lost), "unknown" (not documented). The same
// holds for rpo.
package json

import _ "embed"

// SchemaVersion is the version of the keys. A new key raises the second number.
const SchemaVersion = "1.0"

// Schema is the JSON Schema (draft 2020-12) of what [Write] writes.
//
//go:embed schema.json
var Schema []byte
