package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// deploymentHeader asks for a deployment past the traffic; the answer tells with it
// which one it came from (facts/azure-ml.md section 4.7).
const deploymentHeader = "azureml-model-deployment"

// missingHeader tells what the answer goes without; Azure has no such header.
const missingHeader = "x-sandbox-missing"

// score answers at the scoring address of an online endpoint: with what it was
// asked, and by which deployment.
func (p *plane) score(rw http.ResponseWriter, r *http.Request) {
	in, err := sent(r)
	if err != nil {
		p.fail(rw, err)
		return
	}
	var out object.Object
	err = p.world.Store.Read(func(tx *state.Tx) error {
		endpoint, err := endpointAt(tx, r.PathValue("region"), r.PathValue("endpoint"), typeOnline, Namespace+"/workspaces/serverlessEndpoints", Namespace+"/workspaces/services")
		if err != nil {
			return err
		}
		if !strings.EqualFold(endpoint.Type, Namespace+"/workspaces/services") {
			if err := p.admitted(r, endpoint, "AAD"); err != nil {
				return err
			}
		}
		v := p.leans.Ask(tx, p.world.Clock.Now(), lean.Operation{Workspace: workspaceOf(endpoint.ID), Capability: catalog.ScoreOnline, Endpoint: endpoint.ID})
		if cause, bad := v.First(p.odd(&v, "score "+state.Key(endpoint.ID))); bad {
			return gone(cause)
		}
		name := endpoint.Name
		if strings.EqualFold(endpoint.Type, typeOnline) {
			if name, err = p.choose(tx, endpoint, r.Header.Get(deploymentHeader)); err != nil {
				return err
			}
			rw.Header().Set(deploymentHeader, name)
		}
		if len(v.Missing) > 0 {
			rw.Header().Set(missingHeader, causes(v.Missing))
		}
		out = object.Object{"endpoint": endpoint.Name, "deployment": name, "inputs": len(in)}
		return nil
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	answer(rw, http.StatusOK, out)
}

// choose gives the deployment that answers a request: the one that is asked for,
// else one by its share of the traffic, in turn. One that is down fails its
// requests, since nobody has moved its traffic.
func (p *plane) choose(tx *state.Tx, endpoint *state.Resource, asked string) (string, error) {
	all := deploymentsOf(tx, endpoint.ID, typeOnlineDeployment)
	if asked != "" {
		for _, d := range all {
			if strings.EqualFold(d.Name, asked) {
				return d.Name, p.answers(tx, d)
			}
		}
		return "", refusal.New(http.StatusNotFound, "NotFound", "Specified deployment could not be found: %s.", asked)
	}
	traffic := object.Inner(body(endpoint), "properties.traffic")
	var shares []string // one entry for each percent
	for _, d := range all {
		for name, v := range traffic {
			if strings.EqualFold(name, d.Name) {
				for range min(max(number(object.Object{"n": v}, "n", 0), 0), 100) {
					shares = append(shares, d.Name)
				}
			}
		}
	}
	if len(shares) == 0 {
		return "", refusal.New(http.StatusNotFound, "NotFound", "The endpoint %s gives no deployment any traffic. Set its traffic, or name one in the header %s.", endpoint.Name, deploymentHeader)
	}
	name := inTurn(shares, p.leans.Turn("traffic "+state.Key(endpoint.ID)))
	return name, p.answers(tx, tx.Resource(endpoint.ID+"/deployments/"+name))
}

// inTurn gives the entry of a turn: over as many turns as there are entries each
// comes once, and equal ones do not come in a row.
func inTurn(entries []string, turn uint64) string {
	n, step := uint64(len(entries)), uint64(37)
	if n%step == 0 {
		step = 1
	}
	return entries[turn*step%n]
}

// answers says whether a deployment is made and up.
func (p *plane) answers(tx *state.Tx, d *state.Resource) error {
	if state := object.Text(body(d), "properties.provisioningState"); state == "Creating" || state == "Failed" {
		return refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The deployment %s is not ready: it is %s.", d.Name, state)
	}
	st := p.world.Health.Resource(tx, d.ID, p.world.Clock.Now())
	if st.Read == world.Gone || st.Read == world.Partial && p.leans.Odd("of "+state.Key(d.ID)) {
		return gone(lean.Cause{ID: d.ID, Role: estate.Deployment, Level: st.Read, Why: st.Why})
	}
	return nil
}

// alive answers probes of load balancers.
func (p *plane) alive(rw http.ResponseWriter, r *http.Request) {
	err := p.world.Store.Read(func(tx *state.Tx) error {
		endpoint, err := endpointAt(tx, r.PathValue("region"), r.PathValue("endpoint"), typeOnline)
		if err != nil {
			return err
		}
		return p.reachable(tx, endpoint.ID)
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	answer(rw, http.StatusOK, map[string]any{"status": "Healthy"})
}

func (p *plane) swagger(rw http.ResponseWriter, r *http.Request) {
	var name string
	err := p.world.Store.Read(func(tx *state.Tx) error {
		endpoint, err := endpointAt(tx, r.PathValue("region"), r.PathValue("endpoint"), typeOnline)
		if err != nil {
			return err
		}
		name = endpoint.Name
		return p.admitted(r, endpoint)
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	answer(rw, http.StatusOK, map[string]any{
		"openapi": "3.0.1", "info": map[string]any{"title": name, "version": "1.0"},
		"paths": map[string]any{"/score": map[string]any{"post": map[string]any{"responses": map[string]any{"200": map[string]any{"description": "The deployment that answered."}}}}},
	})
}

// startBatch starts a batch at a batch endpoint.
func (p *plane) startBatch(rw http.ResponseWriter, r *http.Request) {
	in, err := sent(r)
	if err != nil {
		p.fail(rw, err)
		return
	}
	var out object.Object
	err = p.world.Store.Write(func(tx *state.Tx) error {
		endpoint, err := endpointAt(tx, r.PathValue("region"), r.PathValue("endpoint"), typeBatch)
		if err != nil {
			return err
		}
		who, err := p.caller(r)
		if err != nil {
			return err
		}
		c := p.inside(tx, p.world.Clock.Now(), workspaceOf(endpoint.ID)+"/jobs/batchjob-"+p.world.GUID(), nil)
		c.Caller = who
		if err := p.invoke(c, endpoint, r.Header.Get(deploymentHeader), in); err != nil {
			return err
		}
		out, err = p.shownJob(c, tx.Resource(c.ID))
		return err
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	rw.Header().Set("Location", p.world.At.Main+r.URL.Path+"/"+object.Text(out, "name"))
	answer(rw, http.StatusCreated, out)
}

// showBatch shows a batch that was started.
func (p *plane) showBatch(rw http.ResponseWriter, r *http.Request) {
	var out object.Object
	err := p.world.Store.Read(func(tx *state.Tx) error {
		if _, err := p.caller(r); err != nil {
			return err
		}
		endpoint, err := endpointAt(tx, r.PathValue("region"), r.PathValue("endpoint"), typeBatch)
		if err != nil {
			return err
		}
		job := tx.Resource(workspaceOf(endpoint.ID) + "/jobs/" + r.PathValue("job"))
		if job == nil {
			return refusal.New(http.StatusNotFound, "UserError", "There is no job %s.", r.PathValue("job"))
		}
		if err := p.reachable(tx, workspaceOf(endpoint.ID)); err != nil {
			return err
		}
		out, err = p.shownJob(p.inside(tx, p.world.Clock.Now(), job.ID, nil), job)
		return err
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	answer(rw, http.StatusOK, out)
}

func (p *plane) shownJob(c *provider.Call, job *state.Resource) (object.Object, error) {
	c.Body = body(job)
	return c.Body, p.showJob(c)
}
