package catalog

import "github.com/holdfast-ml/holdfast/internal/estate"

// roleWords are the roles that a catalog may speak of.
var roleWords = words([]estate.Role{
	estate.DefaultStorage, estate.KeyVault, estate.ContainerRegistry, estate.ApplicationInsights, estate.Compute,
	estate.Datastore, estate.EncryptionKey, estate.EncryptionStore, estate.Endpoint, estate.Deployment, estate.Hub,
	estate.Registry, estate.Connection, estate.Dataset, estate.Schedule, estate.ImageBuildCompute, estate.LinkedService,
	estate.Identity, estate.ResourceGroup, estate.Network, estate.Logs, estate.Replica, estate.NodePool,
	estate.FailoverGroup, estate.FailoverPartner, estate.Server, estate.ManagedGroup, estate.Parent, estate.Lock, estate.Pair,
	estate.Workspace,
})
