package redact_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// The secrets are made up, in the forms that Azure's have.
const (
	key64  = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYg=="
	key32  = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U="
	jwt    = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL21hbmFnZW1lbnQifQ.c2lnbmF0dXJl-_x"
	client = "abC8Q~abcdefghijklmnopqrstuvwxyzABCDEFGH"
	plain  = "Tr0ub4dor"
)

func TestSecretsInText(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"Authorization: Bearer " + plain + plain, "Authorization: REDACTED"},
		{`"Authorization":["Bearer ` + plain + `"]`, `"Authorization":"REDACTED"`},
		{"the header was bearer " + plain + plain + ", they say", "the header was bearer REDACTED, they say"},
		{"token " + jwt + " is not accepted", "token REDACTED is not accepted"},
		{"DefaultEndpointsProtocol=https;AccountName=sa;AccountKey=" + key64 + ";EndpointSuffix=core.windows.net",
			"DefaultEndpointsProtocol=https;AccountName=sa;AccountKey=REDACTED;EndpointSuffix=core.windows.net"},
		{"Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=" + key32, "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=REDACTED"},
		{"BlobEndpoint=https://x;SharedAccessSignature=sv=2024&sig=" + plain, "BlobEndpoint=https://x;SharedAccessSignature=REDACTED&sig=REDACTED"},
		{"Server=tcp:x;User ID=sa;Password=" + plain + ";Encrypt=True", "Server=tcp:x;User ID=sa;Password=REDACTED;Encrypt=True"},
		{"Server=tcp:x;Pwd='" + plain + " " + plain + "';Encrypt=True", "Server=tcp:x;Pwd=REDACTED;Encrypt=True"},
		{"GET https://sa.blob.core.windows.net/c/b?sv=2024&sp=r&sig=" + plain + "%3D: 403", "GET https://sa.blob.core.windows.net/c/b?sv=2024&sp=r&sig=REDACTED 403"},
		{"grant_type=client_credentials&client_secret=" + plain + "&scope=x", "grant_type=client_credentials&client_secret=REDACTED&scope=x"},
		{"postgres://sa:" + plain + "@host/db", "postgres://REDACTED@host/db"},
		{"-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nrest", "REDACTED\nrest"},
		{"-----BEGIN PRIVATE KEY-----\nabc", "REDACTED"},
		{"a key of 64 bytes, " + key64 + ", and one of 32, " + key32, "a key of 64 bytes, REDACTED, and one of 32, REDACTED"},
		{"client secret " + client + "!", "client secret REDACTED!"},
		{`{"adminPassword":"` + plain + `"}`, `{"adminPassword":"REDACTED"}`},
		{`cut off: {"client_secret" : "` + plain, `cut off: {"client_secret" : "REDACTED"`},
		{`nested: "{\"password\":\"` + plain + `\",\"a\":1}"`, `nested: "{\"password\":\"REDACTED\",\"a\":1}"`},
		{`{"primaryKey":"a\"` + plain + `","b":1}`, `{"primaryKey":"REDACTED","b":1}`},
		{`{'password': '` + plain + `'}`, `{'password': 'REDACTED'}`},
		{`{"clientSecret":{"value":"` + plain + `"},"b":1}`, `{"clientSecret":"REDACTED","b":1}`},
		{`{"keys": [{"value":"]` + plain + `"}], "b":1}`, `{"keys": "REDACTED", "b":1}`},
		{`{"secret":"ends with \\","b":"` + plain + `"}`, `{"secret":"REDACTED","b":"` + plain + `"}`},
		{`{"secret":true,"token":null,"key":""}`, `{"secret":true,"token":null,"key":"REDACTED"}`},
		{`{"pin_secret": 123456}`, `{"pin_secret": "REDACTED"}`},
		// Names and ids are not secrets.
		{"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v", "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"},
		{`{"keyVault":"/subscriptions/x","keyName":"k","secretName":"s"}`, `{"keyVault":"/subscriptions/x","keyName":"k","secretName":"s"}`},
		{"does not have authorization to perform action 'Microsoft.Storage/storageAccounts/listKeys/action'", "does not have authorization to perform action 'Microsoft.Storage/storageAccounts/listKeys/action'"},
		{"the credential is basic auth", "the credential is basic auth"},
	} {
		got := redact.Text(tc.text)
		if got != tc.want {
			t.Errorf("%s\nbecomes %s\nwant    %s", tc.text, got, tc.want)
		}
		if again := redact.Text(got); again != got {
			t.Errorf("twice: %s becomes %s", got, again)
		}
	}
}

func TestSecretsInAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"https://sa.blob.core.windows.net/c?sv=1&sig=abc&se=2":         "https://sa.blob.core.windows.net/c?sv=1&sig=REDACTED&se=2",
		"https://u:p@host/x#frag":                                      "https://REDACTED@host/x",
		"https://arm/op/1?api-version=1&t=2&c=cert&s=sign&h=hash":      "https://arm/op/1?api-version=1&t=REDACTED&c=REDACTED&s=REDACTED&h=REDACTED",
		"https://arm/x?api-version=1&$skiptoken=abc&t=1":               "https://arm/x?api-version=1&$skiptoken=abc&t=1",
		"https://arm/x?api-version=1&%24skip=abc&access%5Ftoken=abcde": "https://arm/x?api-version=1&%24skip=abc&access%5Ftoken=REDACTED",
		"https://arm/x?code=":                                          "https://arm/x?code=",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := redact.URL(u); got != want {
			t.Errorf("%s becomes\n%s, want\n%s", text, got, want)
		}
	}
	if redact.URL(nil) != "" {
		t.Error("no address has a text")
	}
}

func TestSecretsInHeaders(t *testing.T) {
	h := http.Header{
		"Authorization":        {"Bearer " + plain},
		"Cookie":               {"a=" + plain},
		"Set-Cookie":           {"a=" + plain},
		"X-Ms-Request-Id":      {"1"},
		"Location":             {"https://arm/op?c=" + plain + "&s=" + plain + "&h=" + plain + "&t=1"},
		"X-Ms-Copy-Source":     {"https://sa/c?sig=" + plain},
		"Ocp-Apim-Access-Key":  {plain},
		"X-Ms-Encryption-Key":  {key32},
		"Www-Authenticate":     {`Bearer authorization_uri="https://login/t"`},
		"Azure-Asyncoperation": {"https://arm/op?api-version=1"},
	}
	got := redact.Header(h)
	if text := strings.Join(flat(got), "\n"); strings.Contains(text, plain) || strings.Contains(text, key32) {
		t.Errorf("secrets remain:\n%s", text)
	}
	if got.Get("X-Ms-Request-Id") != "1" || got.Get("Azure-AsyncOperation") != "https://arm/op?api-version=1" {
		t.Errorf("too much is masked: %v", got)
	}
	if h.Get("Authorization") != "Bearer "+plain {
		t.Error("the original has changed")
	}
}

func flat(h http.Header) []string {
	var out []string
	for n, v := range h {
		out = append(out, n+": "+strings.Join(v, ", "))
	}
	return out
}

func TestSecretsInJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"keys":[{"keyName":"key1","value":"` + plain + `","permissions":"FULL"}]}`:                          `{"keys":[{"keyName":"key1","permissions":"FULL","value":"REDACTED"}]}`,
		`{"parameters":{"adminPassword":{"value":"` + plain + `"}}}`:                                          `{"parameters":{"adminPassword":{"value":"REDACTED"}}}`,
		`{"credentials":{"credentialsType":"AccountKey","secrets":{"secretsType":"AccountKey","key":"abc"}}}`: `{"credentials":{"credentialsType":"AccountKey","secrets":{"key":"REDACTED","secretsType":"AccountKey"}}}`,
		`{"connectionString":"` + plain + `","n":1.50,"ok":true,"none":null,"a":["<x>"]}`:                     `{"a":["<x>"],"connectionString":"REDACTED","n":1.50,"none":null,"ok":true}`,
		`{"allowSharedKeyAccess":true,"apiKey":17,"password":"","url":"https://sa/c?sig=abcdef"}`:             `{"allowSharedKeyAccess":true,"apiKey":"REDACTED","password":"","url":"https://sa/c?sig=REDACTED"}`,
		`[]`:                    `[]`,
		`"x"`:                   `"x"`,
		`null`:                  `null`,
		`{"password":"` + plain: `{"password":"REDACTED"`,
		`{} {"password":"abc"}`: `{} {"password":"REDACTED"}`,
	} {
		if got := string(redact.JSON([]byte(text))); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", text, got, want)
		}
	}
}

// forms are all ways in which a secret is written; %s is the secret.
var forms = []string{
	`{"password":"%s"}`, `{"a":{"clientSecret":{"value":"%s"}}}`, `{"keys":[{"value":"%s"}]}`, `"{\"accountKey\":\"%s\"}"`,
	"https://sa/c?sv=1&sig=%s", "AccountKey=%s;x=y", "Password=%s", "Authorization: Bearer %s", "https://u:%s@host/",
	"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----", "client_secret=%s&x=y", "SharedAccessSignature=%s",
}

// FuzzNoSecretRemains plants a secret in each form, between any text.
func FuzzNoSecretRemains(f *testing.F) {
	for i := range forms {
		f.Add("before ", " after", uint8(i))
	}
	const secret = "k4n4r1envoge1K4n4r1envoge1"
	f.Fuzz(func(t *testing.T, before, after string, form uint8) {
		if strings.ContainsAny(before+after, `"'\`) || strings.Contains(before+after, secret[:8]) {
			t.Skip("quotes around the secret make it another text")
		}
		text := before + "\n" + strings.ReplaceAll(forms[int(form)%len(forms)], "%s", secret) + "\n" + after
		got := redact.Text(text)
		if strings.Contains(got, secret) {
			t.Errorf("%q becomes %q", text, got)
		}
		if again := redact.Text(got); again != got {
			t.Errorf("twice: %q becomes %q", got, again)
		}
	})
}

// FuzzJSON holds that masked JSON is JSON, and has no string that stood in a
// secret member.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":{"password":["x",{"b":"y"}]}}`, `{"keys":[{"value":"v"}]}`, `[1,2.5e3,"s",null]`, `{"a":`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := redact.JSON(body)
		if json.Valid(body) && !json.Valid(got) {
			t.Errorf("%q becomes %q", body, got)
		}
		wrapped, err := json.Marshal(map[string]any{"secret": map[string]string{"v": "k4n4r1envoge1", "w": string(body)}})
		if err != nil {
			t.Fatal(err)
		}
		if masked := redact.JSON(wrapped); strings.Contains(string(masked), "k4n4r1envoge1") {
			t.Errorf("%q becomes %q", wrapped, masked)
		}
	})
}

func TestNamesOfSecrets(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "adminPassword": true, "administratorLoginPassword": true, "client_secret": true, "x-ms-client-secret": true,
		"key": true, "key1": true, "primaryKey": true, "primaryMasterKey": true, "connectionString": true, "sasToken": true, "token": true,
		"Authorization": true, "instrumentationKey": true, "kubeConfig": true,
		"keyVault": false, "keyVaultProperties": false, "keyName": false, "keyIdentifier": false, "secretName": false, "credentialsType": false,
		"skipToken": false, "$skiptoken": false, "nextLink": false, "allowSharedKeyAccess": false, "publicKey": false, "name": false, "sku": false,
	} {
		if got := redact.Secret(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
