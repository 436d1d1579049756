package blob

type azurite struct{}

func newAzurite(Options) (*azurite, error)       { return &azurite{}, nil }
func (*azurite) takes(*request) bool             { return false }
func (*azurite) serve(*request, operation) error { return nil }
