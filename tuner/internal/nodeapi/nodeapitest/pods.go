package nodeapitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/podplan"
)

const group = "/apis/wstuning.dev/v1alpha1/"

// podObjects are the plans of pods and the report of the node.
type podObjects struct {
	mutex    sync.Mutex
	version  int
	plans    map[string]map[string]any
	watchers map[chan []byte]bool
	report   map[string]any
	writes   int
}

func newPodObjects() *podObjects {
	return &podObjects{plans: map[string]map[string]any{}, watchers: map[chan []byte]bool{}}
}

// SetPlan is what the operator does. A spec of nil removes the plan.
func (s *Server) SetPlan(namespace, name string, spec *podplan.Plan) {
	o := s.pods
	o.mutex.Lock()
	defer o.mutex.Unlock()
	key := namespace + "/" + name
	_, known := o.plans[key]
	o.version++
	kind := "MODIFIED"
	switch {
	case spec == nil:
		kind = "DELETED"
	case !known:
		kind = "ADDED"
	}
	if spec != nil {
		o.plans[key] = map[string]any{
			"apiVersion": "wstuning.dev/v1alpha1", "kind": "WebSocketPodPlan", "spec": plain(spec),
			"metadata": map[string]any{"namespace": namespace, "name": name, "uid": key, "resourceVersion": strconv.Itoa(o.version)},
		}
	}
	event := fmt.Appendf(nil, "{\"type\":%q,\"object\":%s}\n", kind, encode(o.plans[key]))
	if spec == nil {
		delete(o.plans, key)
	}
	for watcher := range o.watchers {
		watcher <- event
	}
}

// Report is what the agent wrote; nil if nothing.
func (s *Server) Report() *nodeapi.ReportStatus {
	s.pods.mutex.Lock()
	defer s.pods.mutex.Unlock()
	if s.pods.report == nil {
		return nil
	}
	var read struct {
		Status nodeapi.ReportStatus `json:"status"`
	}
	s.decode(encode(s.pods.report), &read)
	return &read.Status
}

// ReportOwner is the uid of the object that the report goes with.
func (s *Server) ReportOwner() string {
	s.pods.mutex.Lock()
	defer s.pods.mutex.Unlock()
	var read struct {
		Metadata struct {
			OwnerReferences []struct{ Kind, UID string }
		}
	}
	s.decode(encode(s.pods.report), &read)
	if len(read.Metadata.OwnerReferences) != 1 {
		return ""
	}
	return read.Metadata.OwnerReferences[0].UID
}

// ReportWrites is how often the agent tried to write the report.
func (s *Server) ReportWrites() int {
	s.pods.mutex.Lock()
	defer s.pods.mutex.Unlock()
	return s.pods.writes
}

func (o *podObjects) serve(w http.ResponseWriter, r *http.Request, node string) (served bool) {
	switch path := strings.TrimPrefix(r.URL.Path, group); {
	case r.Method == http.MethodGet && path == "websocketpodplans" && r.URL.Query().Get("watch") != "":
		o.watch(w, r)
	case r.Method == http.MethodGet && path == "websocketpodplans":
		o.list(w)
	case r.Method == http.MethodPatch && path == "websocketnodereports/"+node:
		o.write(w, r, false)
	case r.Method == http.MethodPost && path == "websocketnodereports":
		o.write(w, r, true)
	default:
		return false
	}
	return true
}

func (o *podObjects) list(w http.ResponseWriter) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	items := []string{}
	for _, plan := range o.plans {
		items = append(items, string(encode(plan)))
	}
	answer(w, http.StatusOK, fmt.Appendf(nil, `{"apiVersion":"wstuning.dev/v1alpha1","kind":"WebSocketPodPlanList","metadata":{"resourceVersion":"%d"},"items":[%s]}`,
		o.version, strings.Join(items, ",")))
}

// watch sends all plans, a mark that these were all, and then changes.
func (o *podObjects) watch(w http.ResponseWriter, r *http.Request) {
	changes := make(chan []byte, 10000)
	o.mutex.Lock()
	o.watchers[changes] = true
	for _, plan := range o.plans {
		changes <- fmt.Appendf(nil, "{\"type\":\"ADDED\",\"object\":%s}\n", encode(plan))
	}
	changes <- fmt.Appendf(nil, `{"type":"BOOKMARK","object":{"apiVersion":"wstuning.dev/v1alpha1","kind":"WebSocketPodPlan",
		"metadata":{"resourceVersion":"%d","annotations":{"k8s.io/initial-events-end":"true"}}}}`, o.version)
	o.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	for {
		select {
		case change := <-changes:
			w.Write(change)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			o.mutex.Lock()
			delete(o.watchers, changes)
			o.mutex.Unlock()
			return
		}
	}
}

func (o *podObjects) write(w http.ResponseWriter, r *http.Request, create bool) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	var object map[string]any
	if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
		answer(w, http.StatusBadRequest, failure(http.StatusBadRequest, "BadRequest"))
		return
	}
	o.writes++
	if !create && o.report == nil {
		answer(w, http.StatusNotFound, failure(http.StatusNotFound, "NotFound"))
		return
	}
	o.report = merge(o.report, object)
	answer(w, http.StatusOK, encode(o.report))
}

func encode(object any) []byte {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return text
}
