package probe

import (
	"context"
	"errors"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// blobs is a client for the blobs of an account, with tokens.
func (r *round) blobs(on *estate.Resource) (*azblob.Client, error) {
	at, _ := on.Property("primaryEndpoints", "blob").AsString()
	if at == "" {
		return nil, errors.New(notThere)
	}
	o := r.Client.ClientOptions()
	o.Retry.MaxRetries = -1 // how often it fails is what is asked
	return azblob.NewClient(strings.TrimSuffix(at, "/"), r.Client.Credential(), &azblob.ClientOptions{ClientOptions: o})
}

func (r *round) readBlobs(ctx context.Context, on *estate.Resource) error {
	c, err := r.blobs(on)
	if err != nil {
		return err
	}
	_, err = c.NewListContainersPager(nil).NextPage(ctx)
	return brief(err)
}

// probeContainer holds the probe's own blob.
const probeContainer = "holdfast-probe"

func (r *round) writeBlob(ctx context.Context, on *estate.Resource) error {
	c, err := r.blobs(on)
	if err != nil {
		return err
	}
	if _, made := r.made.LoadOrStore(on.ID.Key(), true); !made {
		_, _ = c.CreateContainer(ctx, probeContainer, nil) // it may be there; writing tells
	}
	_, err = c.UploadBuffer(ctx, probeContainer, "probe.txt", []byte(r.Name), nil)
	return brief(err)
}

// brief is the first line of what the storage service says: the rest repeats the
// request.
func brief(err error) error {
	if err == nil {
		return nil
	}
	for line := range strings.Lines(err.Error()) {
		if code, ok := strings.CutPrefix(line, "ERROR CODE: "); ok {
			return errors.New("the storage service answers " + strings.TrimSpace(code))
		}
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(first)
}
