package sysctl

import (
	"strings"
	"testing"
)

func TestValuesThatTheKernelMayBeGiven(t *testing.T) {
	for _, argument := range []string{
		"net.ipv4.tcp_keepalive_time=1", "net.ipv4.tcp_keepalive_time=32767", "net.ipv4.tcp_tw_reuse=0",
		"net.ipv4.tcp_notsent_lowat=4294967295", "net.ipv4.ip_local_port_range=1024 65535",
		"net.ipv4.tcp_rmem=1024 4096 16384", "net.ipv4.tcp_wmem=4096 4096 2147483647",
	} {
		settings, err := ParseSettings([]string{argument})
		if err != nil {
			t.Errorf("%s: %v", argument, err)
			continue
		}
		if got := settings[0].Key.Name + "=" + settings[0].Value; got != argument {
			t.Errorf("%s was parsed as %s", argument, got)
		}
	}
}

func TestValuesThatAreRefused(t *testing.T) {
	const keepaliveTime, ports, memory = "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_rmem"
	for _, test := range []struct{ key, value string }{
		{keepaliveTime, ""}, {keepaliveTime, "0"}, {keepaliveTime, "32768"}, {keepaliveTime, "-1"}, {keepaliveTime, "+1"},
		{keepaliveTime, "0300"}, {keepaliveTime, "0x12c"}, {keepaliveTime, " 300"}, {keepaliveTime, "300 "},
		{keepaliveTime, "300\n"}, {keepaliveTime, "1;reboot"}, {keepaliveTime, "1\nkernel.x=1"}, {keepaliveTime, "1=1"},
		{keepaliveTime, "300 300"}, {keepaliveTime, "18446744073709551617"}, {keepaliveTime, "３００"},
		{"net.ipv4.tcp_keepalive_probes", "128"}, {"net.ipv4.tcp_retries2", "2"}, {"net.ipv4.tcp_retries2", "256"},
		{ports, "1023 65535"}, {ports, "1024 65536"}, {ports, "3000 2000"}, {ports, "1024"}, {ports, "1024\t65535"},
		{ports, "1024  65535"}, {ports, "1024 2000 3000"},
		{memory, "1024 4096"}, {memory, "4096 1024 16384"}, {memory, "1023 4096 16384"}, {memory, "1024 4096 2147483648"},
	} {
		_, err := ParseSettings([]string{test.key + "=" + test.value})
		if err == nil {
			t.Errorf("%s=%q was taken", test.key, test.value)
			continue
		}
		key, _ := Lookup(test.key)
		if !strings.Contains(err.Error(), key.Example) {
			t.Errorf("%s=%q: the message does not say what to write instead: %v", test.key, test.value, err)
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for _, arguments := range [][]string{
		{"kernel.core_pattern=1"}, {"net.ipv4.tcp_mem=1"}, {"net.ipv4.tcp_keepalive_tme=300"}, {"=1"}, {""},
		{"net/ipv4/tcp_keepalive_time=300"}, {"net.ipv4.../../kernel/x=1"}, {"net.ipv4.tcp_keepalive_time"},
		{"net.ipv4.tcp_retries2=8", "net.ipv4.tcp_retries2=8"},
	} {
		if _, err := ParseSettings(arguments); err == nil {
			t.Errorf("%q were taken", arguments)
		}
	}
}

func TestTheListIsConsistent(t *testing.T) {
	previous := ""
	for _, key := range Keys() {
		if key.Name <= previous {
			t.Errorf("%s comes after %s", key.Name, previous)
		}
		previous = key.Name
		if err := key.Check(key.Example); err != nil {
			t.Errorf("the example is refused: %v", err)
		}
		if !strings.HasPrefix(key.Name, "net.") {
			t.Errorf("%s is not below net", key.Name)
		}
	}
}
