package sql

import (
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// display is a region's name as Microsoft.Sql shows it.
func display(location string) string {
	if r, ok := estate.RegionByName(location); ok {
		return r.DisplayName
	}
	return location
}

// join links a database and its secondary; each has the link as a child.
func join(c *provider.Call, primary, secondary string) error {
	id := c.World.GUID()
	for _, side := range []struct{ here, there, role, theirs string }{{primary, secondary, "Primary", "Secondary"}, {secondary, primary, "Secondary", "Primary"}} {
		other := c.Tx.Resource(server(side.there))
		if other == nil {
			continue
		}
		at := side.here + "/replicationLinks/" + id
		body := object.Object{"id": at, "name": id, "type": linkType, "properties": object.Object{
			"partnerServer": other.Name, "partnerDatabase": side.there[lastSlash(side.there)+1:], "partnerDatabaseId": side.there,
			"partnerLocation": display(other.Location), "role": side.role, "partnerRole": side.theirs, "replicationMode": "ASYNC",
			"startTime": facet.Time(c.Now), "percentComplete": 100, "replicationState": "CATCH_UP", "isTerminationAllowed": true, "linkType": "GEO",
		}}
		if err := c.Tx.Put(&state.Resource{ID: at, Type: linkType, Name: id, Body: object.Encode(body), Created: c.Now, Changed: c.Now}); err != nil {
			return err
		}
	}
	return nil
}

// part ends the links of a database, also on their other sides.
func part(c *provider.Call, database string) error {
	var ends []string
	for l := range c.Tx.Children(database, linkType) {
		ends = append(ends, l.ID, object.Text(object.Must(l.Body), "properties.partnerDatabaseId")+"/replicationLinks/"+l.Name)
	}
	for _, id := range ends {
		if err := c.Tx.Delete(id); err != nil {
			return err
		}
	}
	return nil
}

func lastSlash(id string) int {
	i := len(id) - 1
	for i >= 0 && id[i] != '/' {
		i--
	}
	return i
}
