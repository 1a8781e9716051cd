// Package nodeapitest is an API server in memory that knows one WebSocketNodeState, the report of that node, and plans of pods, for
// tests.
package nodeapitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"

	"wstuning.dev/tuner/internal/nodeapi"
)

// Server holds the object, and reports its changes to watchers.
type Server struct {
	t        *testing.T
	name     string
	http     *httptest.Server
	mutex    sync.Mutex
	object   map[string]any
	version  int
	watchers map[chan []byte]bool
	patches  int
	pods     *podObjects

	// BeforePatch is called before each patch of the status, so that another writer can come first.
	BeforePatch func()
}

// New starts a server with an object of this name and spec. It stops when the test ends.
func New(t *testing.T, name string, spec nodeapi.Spec) *Server {
	s := &Server{t: t, name: name, watchers: map[chan []byte]bool{}, pods: newPodObjects(), object: map[string]any{
		"apiVersion": "wstuning.dev/v1alpha1", "kind": "WebSocketNodeState",
		"metadata": map[string]any{"name": name, "uid": "1-2-3", "generation": 0},
	}}
	s.http = httptest.NewServer(s)
	t.Cleanup(s.Stop)
	s.SetSpec(spec)
	return s
}

// Stop ends all connections, and takes no more.
func (s *Server) Stop() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Config is how to reach the server.
func (s *Server) Config() *rest.Config { return &rest.Config{Host: s.http.URL} }

// SetSpec is what the operator does.
func (s *Server) SetSpec(spec nodeapi.Spec) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.object["spec"] = plain(spec)
	metadata := s.metadata()
	metadata["generation"] = metadata["generation"].(int) + 1
	s.changed()
}

// SetStatus is what an agent has left.
func (s *Server) SetStatus(status nodeapi.Status) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.object["status"] = plain(status)
	s.changed()
}

// Node is the object as it is now.
func (s *Server) Node() (node nodeapi.Node) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.decode(s.encode(), &node)
	return node
}

// Patches is how many patches were taken.
func (s *Server) Patches() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.patches
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const collection = "/apis/wstuning.dev/v1alpha1/websocketnodestates"
	name := s.name
	selected := r.URL.Query().Get("fieldSelector") == "metadata.name="+name
	switch {
	case r.Method == http.MethodGet && r.URL.Path == collection && r.URL.Query().Get("watch") != "":
		s.watch(w, r, selected)
	case r.Method == http.MethodGet && r.URL.Path == collection:
		s.list(w, selected)
	case r.Method == http.MethodGet && r.URL.Path == collection+"/"+name:
		s.mutex.Lock()
		defer s.mutex.Unlock()
		answer(w, http.StatusOK, s.encode())
	case r.Method == http.MethodPatch && r.URL.Path == collection+"/"+name+"/status":
		s.patch(w, r)
	case s.pods.serve(w, r, name):
	default:
		answer(w, http.StatusNotFound, failure(http.StatusNotFound, "NotFound"))
	}
}

func (s *Server) list(w http.ResponseWriter, selected bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var items []byte
	if selected {
		items = s.encode()
	}
	answer(w, http.StatusOK, fmt.Appendf(nil, `{"apiVersion":"wstuning.dev/v1alpha1","kind":"WebSocketNodeStateList","metadata":{"resourceVersion":"%d"},"items":[%s]}`, s.version, items))
}

// watch sends the object, a mark that this was all, and then its changes. Clients that have listed it take it for changed.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, selected bool) {
	changes := make(chan []byte, 100)
	s.mutex.Lock()
	if selected {
		s.watchers[changes] = true
		changes <- s.event("ADDED")
	}
	changes <- fmt.Appendf(nil, `{"type":"BOOKMARK","object":{"apiVersion":"wstuning.dev/v1alpha1","kind":"WebSocketNodeState",
		"metadata":{"resourceVersion":"%d","annotations":{"k8s.io/initial-events-end":"true"}}}}`, s.version)
	s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	for {
		select {
		case change := <-changes:
			w.Write(change)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			s.mutex.Lock()
			delete(s.watchers, changes)
			s.mutex.Unlock()
			return
		}
	}
}

func (s *Server) patch(w http.ResponseWriter, r *http.Request) {
	if s.BeforePatch != nil {
		s.BeforePatch()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var patch struct {
		Metadata struct{ ResourceVersion string }
		Status   map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&patch); err != nil || !strings.Contains(r.Header.Get("Content-Type"), "merge-patch") {
		answer(w, http.StatusBadRequest, failure(http.StatusBadRequest, "BadRequest"))
		return
	}
	if patch.Metadata.ResourceVersion != strconv.Itoa(s.version) {
		answer(w, http.StatusConflict, failure(http.StatusConflict, "Conflict"))
		return
	}
	if _, named := patch.Status["conditions"]; named {
		s.t.Error("the agent writes conditions, which are the operator's")
	}
	s.patches++
	status, _ := s.object["status"].(map[string]any)
	s.object["status"] = merge(status, patch.Status)
	s.changed()
	answer(w, http.StatusOK, s.encode())
}

// merge is RFC 7386.
func merge(into, patch map[string]any) map[string]any {
	if into == nil {
		into = map[string]any{}
	}
	for name, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(into, name)
		case map[string]any:
			inner, _ := into[name].(map[string]any)
			into[name] = merge(inner, value)
		default:
			into[name] = value
		}
	}
	return into
}

func (s *Server) changed() {
	s.version++
	s.metadata()["resourceVersion"] = strconv.Itoa(s.version)
	for watcher := range s.watchers {
		watcher <- s.event("MODIFIED")
	}
}

func (s *Server) metadata() map[string]any { return s.object["metadata"].(map[string]any) }

func (s *Server) event(kind string) []byte {
	return fmt.Appendf(nil, "{\"type\":%q,\"object\":%s}\n", kind, s.encode())
}

func (s *Server) encode() []byte { return encode(s.object) }

func (s *Server) decode(text []byte, into any) {
	if err := json.Unmarshal(text, into); err != nil {
		s.t.Errorf("the object is not a WebSocketNodeState: %v", err)
	}
}

func plain(value any) (object map[string]any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &object)
	}
	if err != nil {
		panic(err)
	}
	return object
}

func answer(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	w.Write(body)
}

func failure(code int, reason string) []byte {
	return fmt.Appendf(nil, `{"apiVersion":"v1","kind":"Status","status":"Failure","reason":%q,"code":%d}`, reason, code)
}
