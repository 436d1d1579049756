package text

import (
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

func effectStyle(e outage.Effect) style {
	switch e {
	case outage.Lost:
		return red
	case outage.Degraded, outage.Unknown:
		return yellow
	}
	return green
}

func stateStyle(s catalog.State) style {
	switch s {
	case catalog.CarriesOn:
		return green
	case catalog.Down:
		return red
	}
	return yellow
}

func severityStyle(s assess.Severity) style {
	switch s {
	case assess.Critical:
		return alarm
	case assess.High:
		return red
	case assess.Medium:
		return yellow
	}
	return blue
}
