package price

import "testing"

func TestUnitsOfMeasure(t *testing.T) {
	for text, want := range map[string]Unit{
		"1 Hour":       {Amount: 1, Per: "hour"},
		"1/Hour":       {Amount: 1, Per: "hour"},
		"100 Hours":    {Amount: 100, Per: "hour"},
		"1 GB/Month":   {Amount: 1, Thing: "GB", Per: "month"},
		"1 GiB/Month":  {Amount: 1, Thing: "GiB", Per: "month"},
		"1 GB Hour":    {Amount: 1, Thing: "GB", Per: "hour"},
		"1/Day":        {Amount: 1, Per: "day"},
		"1 GB":         {Amount: 1, Thing: "GB"},
		"10K":          {Amount: 10_000},
		"1M":           {Amount: 1_000_000},
		"1.5 TB/Month": {Amount: 1.5, Thing: "TB", Per: "month"},
		" 1 Month ":    {Amount: 1, Per: "month"},
	} {
		want.Text = text
		if got, ok := ParseUnit(text); !ok || got != want {
			t.Errorf("%q: %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "Hour", "1/Fortnight", "0 Hours", "-1 Hour", "many", "1 GB/"} {
		if got, ok := ParseUnit(text); ok {
			t.Errorf("%q is understood as %+v", text, got)
		}
	}
}

func TestAMonthHas730Hours(t *testing.T) {
	for text, want := range map[string]float64{"1 Hour": 1460, "100 Hours": 14.6, "1/Day": 2 * 730.0 / 24, "1 GB/Month": 2, "10K": 0.0002} {
		u, _ := ParseUnit(text)
		if got := u.Monthly(2); got < want-1e-12 || got > want+1e-12 {
			t.Errorf("2 of %q are %g prices a month, want %g", text, got, want)
		}
	}
}
