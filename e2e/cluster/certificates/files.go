package certificates

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// WriteAll makes an authority and writes ca.crt, the service accounts' sa.key, and NAME.crt and NAME.key for each
// identity into a folder.
func WriteAll(folder string, identities map[string]Identity) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of certificates: %w", err)
	}
	authority, err := NewAuthority()
	if err != nil {
		return err
	}
	if err := writeCertificate(filepath.Join(folder, "ca.crt"), authority.certificate); err != nil {
		return err
	}
	serviceAccounts, err := newKey()
	if err != nil {
		return err
	}
	if err := writeKey(filepath.Join(folder, "sa.key"), serviceAccounts); err != nil {
		return err
	}
	for name, identity := range identities {
		key, certificate, err := authority.Issue(identity)
		if err != nil {
			return err
		}
		if err := writeKey(filepath.Join(folder, name+".key"), key); err != nil {
			return err
		}
		if err := writeCertificate(filepath.Join(folder, name+".crt"), certificate); err != nil {
			return err
		}
	}
	return nil
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode %s: %w", file, err)
	}
	return writePEM(file, "EC PRIVATE KEY", encoded)
}

func writeCertificate(file string, certificate *x509.Certificate) error {
	return writePEM(file, "CERTIFICATE", certificate.Raw)
}

func writePEM(file, kind string, content []byte) error {
	encoded := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		return fmt.Errorf("write a key or certificate: %w", err)
	}
	return nil
}
