package deployment

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// submission is a deployment as it was sent.
type submission struct {
	place
	in          *input
	location    string
	tags        object.Object
	mode        string
	debug       object.Object
	link        object.Object
	format      string // of what-if results
	parent      *record
	correlation string // that the client has set
	step        int
	unsure      bool // what it needs may not be there yet, so that nothing is tried beforehand
}

// read understands the body of a request: the template as its own text, the
// parameters with the secrets that key vaults hold.
func (s *Service) read(tx *state.Tx, now time.Time, p place, body []byte, caller world.Caller, parent *record) (*submission, error) {
	doc, errs := jsonc.Parse("request", body)
	if len(errs) > 0 {
		doc, errs = jsonc.Parse("request", quoteNames(body))
	}
	if len(errs) > 0 {
		e := errs[0]
		return nil, refusal.New(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: '%s, line %d, position %d.'", e.Message, e.Pos.Line, e.Pos.Column)
	}
	root := doc.Root()
	properties := root.Get("properties")
	if properties.Kind() != jsonc.Object {
		return nil, refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the deployment has no properties.")
	}
	sub := &submission{place: p, location: root.Get("location").Str(), mode: properties.Get("mode").Str(), parent: parent}
	sub.tags, _ = plain(root.Get("tags")).(map[string]any)
	sub.debug, _ = plain(properties.Get("debugSetting")).(map[string]any)
	sub.format = properties.Get("whatIfSettings").Get("resultFormat").Str()
	if err := sub.checkMode(); err != nil {
		return nil, err
	}
	sub.in = &input{Subscription: p.subscription, Group: p.group, Caller: caller, GUID: s.w.GUID()}
	if p.group == "" && sub.location == "" {
		return nil, refusal.New(http.StatusBadRequest, "LocationRequired",
			"The location property is required for this definition. See https://aka.ms/arm-deployment-subscription for usage details.")
	}
	if p.group != "" && sub.location != "" && parent == nil {
		return nil, refusal.New(http.StatusBadRequest, "InvalidDeployment",
			"The 'location' property is not allowed for '%s' at resource group scope. Please see https://aka.ms/deploy-to-subscription for usage details.", p.name)
	}
	if err := s.readTemplate(tx, now, sub, properties); err != nil {
		return nil, err
	}
	if err := s.readParameters(tx, now, sub, properties); err != nil {
		return nil, err
	}
	return sub, s.readFacts(tx, now, sub)
}

func (sub *submission) checkMode() error {
	switch strings.ToLower(sub.mode) {
	case "incremental":
		sub.mode = "Incremental"
		return nil
	case "complete":
		return refusal.New(http.StatusBadRequest, "DeploymentModeNotSupported",
			"The mode Complete deletes what a template does not name, and Holdfast's sandbox never deletes through a deployment. Use Incremental, and delete resources by themselves.")
	case "":
		return refusal.New(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: 'Required property 'mode' not found in JSON. Path 'properties'.'")
	}
	return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the deployment mode '%s' is not one of Incremental and Complete.", sub.mode)
}

// plain is a JSON value as encoding/json would decode it.
func plain(n jsonc.Node) any {
	if !n.IsValid() {
		return nil
	}
	return object.Must(append(append([]byte(`{"v":`), value.FromNode(n).AppendJSON(nil)...), '}'))["v"]
}

func (s *Service) readTemplate(tx *state.Tx, now time.Time, sub *submission, properties jsonc.Node) error {
	inline, link := properties.Get("template"), properties.Get("templateLink")
	if inline.Kind() == jsonc.Null {
		inline = jsonc.Node{}
	}
	if link.Kind() == jsonc.Null {
		link = jsonc.Node{}
	}
	switch {
	case inline.IsValid() && link.IsValid():
		return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: a deployment has a template or a templateLink, not both.")
	case inline.Kind() == jsonc.Object:
		sub.in.Source = inline.Raw()
	case inline.IsValid():
		return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the template is of kind %s, expected an object.", inline.Kind())
	case link.IsValid():
		sub.link, _ = plain(link).(map[string]any)
		content, address, err := s.fetch(tx, now, sub, link, "template")
		if err != nil {
			return err
		}
		sub.in.Source, sub.in.Address = content, address
	default:
		return refusal.New(http.StatusBadRequest, "InvalidTemplate", "Deployment template validation failed: 'The deployment has neither a template nor a templateLink.'.")
	}
	doc, errs := jsonc.Parse("template", []byte(sub.in.Source))
	if len(errs) > 0 {
		e := errs[0]
		return refusal.New(http.StatusBadRequest, "InvalidTemplate",
			"Deployment template parse failed: '%s. Path '', line %d, position %d.'.", e.Message, e.Pos.Line, e.Pos.Column)
	}
	if want := link.Get("contentVersion").Str(); want != "" && want != doc.Root().Get("contentVersion").Str() {
		return refusal.New(http.StatusBadRequest, "InvalidContentLink",
			"The content version '%s' of the link is not that of the template, '%s'.", want, doc.Root().Get("contentVersion").Str())
	}
	return nil
}

// fetch gets the content of a link, if the sandbox serves it itself.
func (s *Service) fetch(tx *state.Tx, now time.Time, sub *submission, link jsonc.Node, what string) (content, address string, err error) {
	address = link.Get("uri").Str()
	switch {
	case link.Get("id").Str() != "":
		return "", "", refusal.New(http.StatusBadRequest, "InvalidContentLink",
			"The %s link names the template spec '%s'. The sandbox has no template specs; send the template itself.", what, link.Get("id").Str())
	case link.Get("relativePath").Str() != "":
		base := ""
		if sub.parent != nil {
			base = object.Text(sub.parent.Link, "uri")
		}
		if base == "" {
			return "", "", refusal.New(http.StatusBadRequest, "InvalidContentLink",
				"The %s link has the relative path '%s', but the deployment around it was not made from a templateLink with a uri.", what, link.Get("relativePath").Str())
		}
		address = relative(base, link.Get("relativePath").Str())
	case address == "":
		return "", "", refusal.New(http.StatusBadRequest, "InvalidContentLink", "The %s link has no uri, relativePath or id.", what)
	}
	if q := link.Get("queryString").Str(); q != "" {
		address += "?" + strings.TrimPrefix(q, "?")
	}
	if s.outside.Fetch != nil {
		src, ok, err := s.outside.Fetch(tx, now, address)
		if err != nil {
			return "", "", refusal.New(http.StatusBadRequest, "InvalidContentLink", "Unable to download deployment content from '%s': %s", withoutQuery(address), refusal.Of(err).Message)
		}
		if ok {
			return string(src), address, nil
		}
	}
	return "", "", refusal.New(http.StatusBadRequest, "InvalidContentLink",
		"Unable to download deployment content from '%s': the sandbox reads nothing from the network but what it serves itself. Put the file into a storage account of the sandbox, or send the template itself.", withoutQuery(address))
}

// relative resolves a path against the address of another file.
func relative(base, p string) string {
	base, query, has := strings.Cut(base, "?")
	scheme, rest, ok := strings.Cut(base, "://")
	if !ok {
		return p
	}
	host, dir, _ := strings.Cut(rest, "/")
	address := scheme + "://" + host + path.Join("/"+path.Dir("/"+dir), p)
	if has {
		address += "?" + query
	}
	return address
}

// withoutQuery is an address without what may be a token.
func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// readParameters makes a parameter file with a value for each parameter.
func (s *Service) readParameters(tx *state.Tx, now time.Time, sub *submission, properties jsonc.Node) error {
	given := properties.Get("parameters")
	if link := properties.Get("parametersLink"); link.IsValid() && link.Kind() != jsonc.Null {
		content, _, err := s.fetch(tx, now, sub, link, "parameters")
		if err != nil {
			return err
		}
		doc, errs := jsonc.Parse("parameters", []byte(content))
		if len(errs) > 0 {
			return refusal.New(http.StatusBadRequest, "InvalidContentLink", "The parameters of the link are not JSON: %s, line %d, position %d.", errs[0].Message, errs[0].Pos.Line, errs[0].Pos.Column)
		}
		given = doc.Root().Get("parameters")
	}
	b := []byte(`{"parameters":{`)
	if given.IsValid() && given.Kind() != jsonc.Object && given.Kind() != jsonc.Null {
		return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the parameters are of kind %s, expected an object.", given.Kind())
	}
	first := true
	for p := range given.Children() {
		if p.Kind() != jsonc.Object {
			return refusal.New(http.StatusBadRequest, "InvalidRequestContent",
				"The request content was invalid and could not be deserialized: 'Error converting value to type 'DeploymentParameterDefinition'. Path 'properties.parameters.%s'.'", p.Key())
		}
		v := value.FromNode(p.Get("value"))
		if ref := p.Get("reference"); ref.IsValid() && ref.Kind() != jsonc.Null {
			secret, err := s.secret(tx, now, p.Key(), ref)
			if err != nil {
				return err
			}
			v = value.String(secret)
		}
		if v.IsAbsent() {
			v = value.Null()
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(value.AppendQuoted(b, p.Key()), `:{"value":`...)
		b = append(v.AppendJSON(b), '}')
	}
	sub.in.Parameters = string(append(b, "}}"...))
	return nil
}

// secret reads a key vault for a parameter.
func (s *Service) secret(tx *state.Tx, now time.Time, parameter string, ref jsonc.Node) (string, error) {
	vault, name := ref.Get("keyVault").Get("id").Str(), ref.Get("secretName").Str()
	if vault == "" || name == "" {
		return "", refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the reference of the parameter '%s' needs keyVault.id and secretName.", parameter)
	}
	if s.outside.Secret == nil {
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceNotFound", "The specified KeyVault '%s' could not be read: this sandbox has no vaults.", vault)
	}
	if tx.Resource(vault) == nil {
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceNotFound", "The specified KeyVault '%s' could not be found. Please see https://aka.ms/arm-keyvault for usage details.", vault)
	}
	v, err := s.outside.Secret(tx, now, vault, name, ref.Get("secretVersion").Str())
	if err != nil {
		r := refusal.Of(err)
		if strings.HasPrefix(r.Code, "KeyVaultParameterReference") {
			return "", r
		}
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceSecretRetrieveFailed",
			"The secret of KeyVault parameter '%s' cannot be retrieved. Http status code: '%s'. Error message: '%s'. Please see https://aka.ms/arm-keyvault for usage details.", parameter, http.StatusText(r.Status), r.Message)
	}
	return v, nil
}

// readFacts notes what functions such as resourceGroup() give.
func (s *Service) readFacts(tx *state.Tx, now time.Time, sub *submission) error {
	sub.in.SubName, _ = s.subscription(tx, sub.subscription)
	if sub.in.SubName == "" {
		sub.in.SubName = sub.subscription
	}
	if sub.group == "" {
		return nil
	}
	group, err := s.engine.Get(tx, now, sub.scope)
	if err != nil {
		return err
	}
	if name := object.Text(group, "name"); name != "" { // as it was first spelt
		sub.in.Group = name
		sub.scope = "/subscriptions/" + sub.subscription + "/resourceGroups/" + name
	}
	sub.in.GroupLocation = object.Text(group, "location")
	sub.in.GroupTags = map[string]string{}
	for k, v := range object.Inner(group, "tags") {
		sub.in.GroupTags[k], _ = v.(string)
	}
	return nil
}

// hash identifies a template; it is not the service's algorithm.
func hash(tmpl jsonc.Node) string {
	sum := sha256.Sum256(value.FromNode(tmpl).AppendJSON(nil))
	return strconv.FormatUint(binary.BigEndian.Uint64(sum[:8]), 10)
}
