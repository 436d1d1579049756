package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/price"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// pricesFlag adds --prices to a command.
func pricesFlag(cmd *cobra.Command, names *[]string) {
	cmd.Flags().StringArrayVar(names, "prices", nil, "downloaded retail price list, a file or a folder, see docs/costs.md (repeatable)")
}

// readPrices reads the price list of --prices; nil without one.
func (p *program) readPrices(cat *catalog.Catalog, names []string) (*price.List, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var paths []string
	for _, name := range names {
		paths = append(paths, p.path(name))
	}
	list, err := price.Load(cat, price.Options{Now: time.Now()}, paths...)
	if err != nil {
		return nil, withHint(usage("%w", err), "docs/costs.md says how to download the list")
	}
	return list, nil
}

// pricedWeights are the weights of resources by their prices; what a file of costs
// says of a resource counts more.
func pricedWeights(total *price.Total, own *improve.Weights) (*improve.Weights, error) {
	monthly, _ := total.Weights()
	out := &improve.Weights{Currency: total.List.Currency, Monthly: monthly}
	if own == nil {
		if len(monthly) == 0 {
			return nil, withHint(usage("--prices: nothing of the input has a price in the list"), "download the services and the regions of the input, or use --costs")
		}
		return out, nil
	}
	if own.Currency != "" && out.Currency != "" && !strings.EqualFold(own.Currency, out.Currency) {
		return nil, withHint(usage("--costs is in %s and --prices in %s", own.Currency, out.Currency), "download the list in "+own.Currency+", with currencyCode")
	}
	for _, b := range total.Bills {
		for _, key := range []string{strings.ToLower(b.Resource.ID.String()), strings.ToLower(b.Resource.Name), strings.ToLower(b.Resource.ID.LastName())} {
			if x, ok := own.Monthly[key]; ok {
				out.Monthly[b.Resource.ID.Key()] = x
				break
			}
		}
	}
	for key, x := range own.Monthly {
		out.Monthly[key] = x
	}
	return out, nil
}

// pricedWords say what weights by prices rest on.
func pricedWords(total *price.Total) []string {
	out := []string{"They follow from " + total.List.Dated() + ", for 730 hours a month."}
	for _, text := range total.List.Partial {
		out = append(out, "Not all of the list was downloaded: "+text+".")
	}
	if _, part := total.Weights(); len(part) > 0 {
		var names []string
		for _, name := range part {
			names = append(names, sayName(name))
		}
		out = append(out, fmt.Sprintf("Of %s only a part has a known quantity, and that part counts: %s.", report.Count(len(part), "resource", "resources"), strings.Join(names, ", ")))
	}
	return out
}
