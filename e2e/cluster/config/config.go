// Package config renders the configuration files of the node's programs.
package config

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed templates
var files embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(files, "templates/*"))

// Node is what the configuration files are rendered from.
type Node struct {
	State            string // folder of everything that the node keeps
	NodeName         string
	NodeAddress      string
	PodSubnet        string
	Cgroup           string
	ContainerdSocket string
	PauseImage       string
	CNINetwork       string
	CNIPlugins       string
	Server           string // URL of the API server
}

// Users are those who get a kubeconfig, by the name of their certificate.
var Users = []string{"admin", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"}

// Write writes all files into the state folder's config/, and the administrator's kubeconfig into the state folder.
func (n Node) Write() error {
	folder := filepath.Join(n.State, "config")
	for name, file := range map[string]string{
		"containerd.toml":   "containerd.toml",
		"cni.conflist":      "cni/10-wstuning.conflist",
		"kubelet.yaml":      "kubelet.yaml",
		"kube-proxy.yaml":   "kube-proxy.yaml",
		"audit-policy.yaml": "audit-policy.yaml",
	} {
		text, err := render(name, n)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, file), text); err != nil {
			return err
		}
	}
	for _, user := range Users {
		text, err := Kubeconfig(filepath.Join(n.State, "pki"), n.Server, user)
		if err != nil {
			return err
		}
		file := filepath.Join(folder, user+".kubeconfig")
		if user == "admin" {
			file = filepath.Join(n.State, "admin.kubeconfig")
		}
		if err := write(file, text); err != nil {
			return err
		}
	}
	return nil
}

// Kubeconfig holds the certificates themselves, from a folder, so that the file can be copied to where the user wants it.
func Kubeconfig(certificates, server, user string) ([]byte, error) {
	data := map[string]string{"Server": server, "User": user}
	for key, file := range map[string]string{"Authority": "ca.crt", "Certificate": user + ".crt", "Key": user + ".key"} {
		content, err := os.ReadFile(filepath.Join(certificates, file))
		if err != nil {
			return nil, fmt.Errorf("make the kubeconfig of %s: %w", user, err)
		}
		data[key] = base64.StdEncoding.EncodeToString(content)
	}
	return render("kubeconfig", data)
}

func render(name string, data any) ([]byte, error) {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return text.Bytes(), nil
}

func write(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", file, err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return fmt.Errorf("write a configuration file: %w", err)
	}
	return nil
}
