package live

// WithPoint lets a test hear of every point at which a process could end.
func (o Options) WithPoint(f func(string)) Options { o.point = f; return o }
