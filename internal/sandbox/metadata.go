package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// audience is what tokens for ARM are asked for; the others are taken, too.
const audience = "https://management.azure.com/"

// metadata tells clients where everything is, in the shapes of the api-versions
// that they ask for. The oldest one is asked by command lines that check unknown
// authorities with Microsoft's servers, unless the authority ends with /adfs.
func metadata(w *world.World, rw http.ResponseWriter, r *http.Request) {
	main := w.At.Main
	version := r.URL.Query().Get("api-version")
	if version == "1.0" || version < "2019" {
		writeJSON(rw, http.StatusOK, map[string]any{
			"galleryEndpoint": main + "/gallery/",
			"graphEndpoint":   main + "/graph/",
			"portalEndpoint":  main + "/portal/",
			"authentication":  map[string]any{"loginEndpoint": main + "/adfs", "audiences": []string{audience}},
		})
		return
	}
	host := strings.TrimPrefix(main, "https://")
	writeJSON(rw, http.StatusOK, []any{map[string]any{
		"name":            "HoldfastSandbox",
		"portal":          main + "/portal",
		"gallery":         main + "/gallery/",
		"graph":           main + "/graph/",
		"graphAudience":   main + "/graph/",
		"resourceManager": main + "/",
		"media":           main,
		"batch":           main,
		"sqlManagement":   main,
		"authentication": map[string]any{
			"loginEndpoint": main + "/", "audiences": []string{audience, "https://management.core.windows.net/"},
			"tenant": w.Tenant, "identityProvider": "AAD",
		},
		"suffixes": map[string]any{
			"storage": host, "keyVaultDns": host, "sqlServerHostname": host, "acrLoginServer": host,
			"mysqlServerEndpoint": host, "postgresqlServerEndpoint": host,
		},
	}})
}

// CloudConfig describes the sandbox to the az CLI, for `az cloud register
// --cloud-config`. The authority is the one that older command lines take (see
// package entra).
func CloudConfig(c Connection) ([]byte, error) {
	host := strings.TrimPrefix(c.Address, "https://")
	return json.MarshalIndent(map[string]any{
		"endpoints": map[string]any{
			"resourceManager":                c.Address + "/",
			"management":                     c.Address + "/",
			"activeDirectory":                c.Address + "/adfs",
			"activeDirectoryResourceId":      audience,
			"activeDirectoryGraphResourceId": c.Address + "/graph/",
			"microsoftGraphResourceId":       c.Address + "/graph/",
			"gallery":                        c.Address + "/gallery/",
			"logAnalyticsResourceId":         "https://api.loganalytics.io",
			"appInsightsResourceId":          "https://api.applicationinsights.io",
		},
		"suffixes": map[string]any{
			"storageEndpoint": host, "keyvaultDns": "." + host, "sqlServerHostname": "." + host, "acrLoginServerEndpoint": "." + host,
			"mysqlServerEndpoint": "." + host, "postgresqlServerEndpoint": "." + host,
		},
	}, "", "  ")
}
