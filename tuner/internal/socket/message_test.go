package socket

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestLayoutsAreThoseOfTheKernel(t *testing.T) {
	if size := unsafe.Sizeof(request{}); size != 16+56 {
		t.Errorf("nlmsghdr and inet_diag_req_v2 have 72 bytes, ours %d", size)
	}
	if size := unsafe.Sizeof(answer{}); size != 72 {
		t.Errorf("inet_diag_msg has 72 bytes, ours %d", size)
	}
}

func TestMessagesFromAnotherKernelAreTakenAsFarAsTheyGo(t *testing.T) {
	message := make([]byte, 72)
	message[2] = byte(KeepaliveTimer)
	if socket, err := parse(message); err != nil || socket.Timer != KeepaliveTimer || socket.Activity != nil {
		t.Errorf("without tcp_info: %+v, %v", socket, err)
	}
	if _, err := parse(message[:71]); err == nil {
		t.Error("a short message was taken")
	}
	unknown := attributeOf(9, 5) // padded to 12 bytes
	short := attributeOf(2, 59)  // ends before the last age
	enough := attributeOf(2, 60) // the oldest tcp_info that has the ages
	binary.NativeEndian.PutUint32(enough[4+56:], 1500)
	if socket, err := parse(append(append(message, unknown...), short...)); err != nil || socket.Activity != nil {
		t.Errorf("with a short tcp_info: %+v, %v", socket, err)
	}
	socket, err := parse(append(append(message, unknown...), enough...))
	if err != nil || socket.Activity == nil || socket.Activity.AckReceived != 1500*time.Millisecond {
		t.Errorf("with tcp_info: %+v, %v", socket.Activity, err)
	}
	broken := attributeOf(9, 5)
	binary.NativeEndian.PutUint16(broken, 3)
	if socket, err := parse(append(message, broken...)); err != nil || socket.Activity != nil {
		t.Errorf("with a broken attribute: %+v, %v", socket, err)
	}
}

func TestTheMarkIsReadWhereTheKernelSendsIt(t *testing.T) {
	message := make([]byte, 72)
	for _, test := range []struct {
		options []byte
		want    bool
	}{
		{nil, false}, {[]byte{0xff}, false}, {[]byte{0xff, 0xfd}, false}, {[]byte{0, 0x02}, true}, {[]byte{0, 0xff, 0}, true},
	} {
		attribute := attributeOf(22, len(test.options))
		copy(attribute[4:], test.options)
		if socket, err := parse(append(message[:72:72], attribute...)); err != nil || socket.Marked != test.want {
			t.Errorf("%x: %v, %v; want %v", test.options, socket.Marked, err, test.want)
		}
	}
}

func TestMappedAddressesAreThoseOfIPv4(t *testing.T) {
	for text, want := range map[string]string{"::ffff:0.0.0.0": "0.0.0.0", "::": "::", "fd00::1": "fd00::1"} {
		if got := address(unix.AF_INET6, netip.MustParseAddr(text).As16()); got.String() != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func attributeOf(kind uint16, payload int) []byte {
	attribute := make([]byte, (4+payload+3)/4*4)
	binary.NativeEndian.PutUint16(attribute, uint16(4+payload))
	binary.NativeEndian.PutUint16(attribute[2:], kind)
	return attribute
}
