package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
)

func TestCertificatesHoldForTheirNames(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pki")
	err := WriteAll(folder, map[string]Identity{
		"server": {CommonName: "server", Names: []string{"localhost"}, Addresses: []string{"198.18.0.1"}},
		"client": {CommonName: "client", Organization: "system:masters"},
	})
	if err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)

	server := load(t, folder, "server")
	for _, name := range []string{"localhost", "198.18.0.1"} {
		if _, err := server.Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); err != nil {
			t.Errorf("the server is not believed to be %s: %v", name, err)
		}
	}
	if _, err := server.Verify(x509.VerifyOptions{Roots: pool, DNSName: "198.18.0.2"}); err == nil {
		t.Error("the server is believed to be another")
	}
	client := load(t, folder, "client")
	if _, err := client.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Errorf("the client is not believed: %v", err)
	}
	if got := client.Subject.Organization; len(got) != 1 || got[0] != "system:masters" {
		t.Errorf("the client belongs to %v", got)
	}
}

func load(t *testing.T, folder, name string) *x509.Certificate {
	t.Helper()
	key := filepath.Join(folder, name+".key")
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, name+".crt"), key)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read %s: %v, %v", key, info.Mode(), err)
	}
	return pair.Leaf
}
