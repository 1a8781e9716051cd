package nodeapi

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"wstuning.dev/tuner/internal/version"
)

var resource = schema.GroupVersionResource{Group: "wstuning.dev", Version: "v1alpha1", Resource: "websocketnodestates"}

const (
	fieldManager   = "wstuning-node-agent"
	requestTimeout = 15 * time.Second
)

// Config is that of the pod that the agent runs in, unless a kubeconfig is given.
func Config(kubeconfig string) (*rest.Config, error) {
	find := rest.InClusterConfig
	if kubeconfig != "" {
		find = func() (*rest.Config, error) { return clientcmd.BuildConfigFromFlags("", kubeconfig) }
	}
	config, err := find()
	if err != nil {
		return nil, fmt.Errorf("find the API server: %w", err)
	}
	config.UserAgent = fieldManager + "/" + version.Version
	return config, nil
}

// Client knows the objects of one node, and the plans of all pods.
type Client struct {
	nodes, reports, plans dynamic.ResourceInterface
	name                  string
}

// NewClient makes the client of the node with this name.
func NewClient(config *rest.Config, name string) (*Client, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a client of the API server: %w", err)
	}
	return &Client{nodes: client.Resource(resource), reports: client.Resource(reports), plans: client.Resource(plans), name: name}, nil
}

// Get reads the object.
func (c *Client) Get(ctx context.Context) (*Node, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	object, err := c.nodes.Get(ctx, c.name, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("get WebSocketNodeState %s: %w", c.name, err)
	}
	return parse(object)
}

// PatchStatus merges fields into the status of the object as it was read: it fails with a conflict if the object has
// changed since.
func (c *Client) PatchStatus(ctx context.Context, read *Node, fields map[string]any) (*Node, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": read.UID, "resourceVersion": read.ResourceVersion},
		"status":   fields,
	})
	if err != nil {
		return nil, fmt.Errorf("encode the status of WebSocketNodeState %s: %w", c.name, err)
	}
	object, err := c.nodes.Patch(ctx, c.name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager}, "status")
	if err != nil {
		return nil, fmt.Errorf("patch the status of WebSocketNodeState %s: %w", c.name, err)
	}
	return parse(object)
}

func parse(object *unstructured.Unstructured) (*Node, error) {
	var node Node
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &node); err != nil {
		return nil, fmt.Errorf("read WebSocketNodeState %s: %w", object.GetName(), err)
	}
	return &node, nil
}
