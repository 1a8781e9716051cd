// Package kube asks the API server whether a node is up.
package kube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Client is an administrator of the node's cluster.
type Client struct {
	server string
	http   *http.Client
}

// NewClient reads ca.crt, admin.crt and admin.key from a folder.
func NewClient(server, certificates string) (*Client, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(certificates, "admin.crt"), filepath.Join(certificates, "admin.key"))
	if err != nil {
		return nil, fmt.Errorf("load the administrator's certificate: %w", err)
	}
	authority, err := os.ReadFile(filepath.Join(certificates, "ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("load the certificate authority: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	// No proxy from the environment: the server is on this machine.
	transport := &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool}}
	return &Client{server: server, http: &http.Client{Transport: transport, Timeout: 5 * time.Second}}, nil
}

// ServerReady returns nil when the API server says that it is ready.
func (c *Client) ServerReady(ctx context.Context) error {
	_, err := c.get(ctx, "/readyz")
	return err
}

// HasDefaultServiceAccount returns nil when pods can be created in the default namespace.
func (c *Client) HasDefaultServiceAccount(ctx context.Context) error {
	_, err := c.get(ctx, "/api/v1/namespaces/default/serviceaccounts/default")
	return err
}

// NodeReady returns nil when the node's kubelet says that it is ready, else why not.
func (c *Client) NodeReady(ctx context.Context, name string) error {
	answer, err := c.get(ctx, "/api/v1/nodes/"+name)
	if err != nil {
		return err
	}
	return readiness(answer)
}

// Boot names the boot of the node's machine that its kubelet reported last, and why the node is not ready; if there is no
// such node, the boot has no name.
func (c *Client) Boot(ctx context.Context, name string) (id string, notReady, err error) {
	// A list, for which none is no error.
	answer, err := c.get(ctx, "/api/v1/nodes?fieldSelector=metadata.name%3D"+name)
	if err != nil {
		return "", nil, err
	}
	return boot(answer)
}

func boot(list []byte) (id string, notReady, err error) {
	var nodes struct{ Items []json.RawMessage }
	if err := json.Unmarshal(list, &nodes); err != nil {
		return "", nil, fmt.Errorf("read the nodes: %w", err)
	}
	if len(nodes.Items) == 0 {
		return "", errors.New("there is no such node"), nil
	}
	var node struct {
		Status struct{ NodeInfo struct{ BootID string } }
	}
	if err := json.Unmarshal(nodes.Items[0], &node); err != nil {
		return "", nil, fmt.Errorf("read the node: %w", err)
	}
	return node.Status.NodeInfo.BootID, readiness(nodes.Items[0]), nil
}

// CreateNode creates the object of a node, or leaves the one that is there.
func (c *Client) CreateNode(ctx context.Context, object []byte) error {
	_, err := c.send(ctx, http.MethodPost, "/api/v1/nodes", object, http.StatusCreated, http.StatusConflict)
	return err
}

// Nodes are the names of the nodes with a label.
func (c *Client) Nodes(ctx context.Context, label string) ([]string, error) {
	answer, err := c.get(ctx, "/api/v1/nodes?labelSelector="+url.QueryEscape(label))
	if err != nil {
		return nil, err
	}
	return names(answer)
}

func names(list []byte) ([]string, error) {
	var objects struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	if err := json.Unmarshal(list, &objects); err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	var all []string
	for _, object := range objects.Items {
		all = append(all, object.Metadata.Name)
	}
	return all, nil
}

// HasLease returns nil when the kubelet of a node has renewed its lease.
func (c *Client) HasLease(ctx context.Context, name string) error {
	_, err := c.get(ctx, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/"+name)
	return err
}

// DeleteNode deletes the object of a node that has left the cluster, and with it its pods.
func (c *Client) DeleteNode(ctx context.Context, name string) error {
	_, err := c.ask(ctx, http.MethodDelete, "/api/v1/nodes/"+name, http.StatusNotFound)
	return err
}

// RuntimeAnswers returns nil when the container runtime answers the node's kubelet.
func (c *Client) RuntimeAnswers(ctx context.Context, name string) error {
	_, err := c.get(ctx, "/api/v1/nodes/"+name+"/proxy/runningpods/")
	return err
}

func readiness(answer []byte) error {
	var node struct {
		Spec struct {
			Taints []struct{ Key string }
		}
		Status struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
	if err := json.Unmarshal(answer, &node); err != nil {
		return fmt.Errorf("read the node: %w", err)
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" && condition.Status != "True" {
			return fmt.Errorf("the node is not ready: %s", condition.Message)
		}
		if condition.Type == "Ready" {
			// Until the controllers take the taint away, no pod is scheduled.
			for _, taint := range node.Spec.Taints {
				return fmt.Errorf("the node is tainted %s", taint.Key)
			}
			return nil
		}
	}
	return fmt.Errorf("the node has not reported its condition yet")
}

func (c *Client) get(ctx context.Context, path string) ([]byte, error) {
	return c.ask(ctx, http.MethodGet, path)
}

// ask takes OK for an answer, or another status that is given.
func (c *Client) ask(ctx context.Context, method, path string, alsoGood ...int) ([]byte, error) {
	return c.send(ctx, method, path, nil, alsoGood...)
}

// send is ask with a JSON object.
func (c *Client) send(ctx context.Context, method, path string, object []byte, alsoGood ...int) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(object))
	if err != nil {
		return nil, err
	}
	if object != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the API server for %s: %w", path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the API server's answer for %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK && !slices.Contains(alsoGood, response.StatusCode) {
		return nil, fmt.Errorf("the API server answers %s for %s", response.Status, path)
	}
	return body, nil
}
