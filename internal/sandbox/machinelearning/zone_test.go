package machinelearning

import (
	"testing"
	"time"
)

func TestZonesHaveTheNamesOfWindows(t *testing.T) {
	summer := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"W. Europe Standard Time": "2026-11-23T13:00:00+01:00 2026-07-01T14:00:00+02:00",
		"Eastern Standard Time":   "2026-11-23T07:00:00-05:00 2026-07-01T08:00:00-04:00",
		"India Standard Time":     "2026-11-23T17:30:00+05:30 2026-07-01T17:30:00+05:30",
		"UTC":                     "2026-11-23T12:00:00Z 2026-07-01T12:00:00Z",
		"Europe/Madrid":           "2026-11-23T13:00:00+01:00 2026-07-01T14:00:00+02:00",
		"Atlantis Standard Time":  "2026-11-23T12:00:00Z 2026-07-01T12:00:00Z",
		"":                        "2026-11-23T12:00:00Z 2026-07-01T12:00:00Z",
	} {
		l := zoneOf(name)
		if got := noon.In(l).Format(time.RFC3339) + " " + summer.In(l).Format(time.RFC3339); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for name, iana := range zones() {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAScheduleFiresByTheClockOfItsZone(t *testing.T) {
	b := trained(t)
	b.make(ws+"/schedules/early", `{"properties":{"trigger":{"triggerType":"Cron","expression":"30 7 * * *","timeZone":"W. Europe Standard Time"},"action":{"actionType":"CreateJob","jobDefinition":{"jobType":"Command","command":"x","environmentId":"azureml://registries/azureml/environments/sklearn/versions/1","computeId":"`+wsID+`/computes/cpu"}}}}`)
	b.later(24 * time.Hour)
	if got := b.names(ws + "/jobs"); len(got) != 1 || got[0] != "early-20261124t063000z" {
		t.Errorf("the jobs are %v", got)
	}
}

func TestIdleTimesAreDurationsOfISO8601(t *testing.T) {
	b := workspace(t)
	b.make(ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`)
	for _, bad := range []string{"soon", "30", "", "P", "30m"} {
		b.refused("POST", ws+"/computes/notebook/updateIdleShutdownSetting", `{"idleTimeBeforeShutdown":"`+bad+`"}`, 400, "ISO 8601")
	}
	for _, good := range []string{"PT30M", "PT1H30M", "P1D", "P1DT12H"} {
		b.must("POST", ws+"/computes/notebook/updateIdleShutdownSetting", `{"idleTimeBeforeShutdown":"`+good+`"}`)
	}
}
