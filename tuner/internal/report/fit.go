package report

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// errorLengths are the numbers of bytes to which error texts are cut, one after the other, until the report fits.
var errorLengths = []int{200, 100, 60, shortest}

const shortest = 30

// JSON returns the report in at most MaxBytes: error texts are cut first, then errors are left out from the end.
func (b Boot) JSON() []byte {
	return firstThatFits(func(yield func(any) bool) {
		for _, length := range errorLengths {
			if !yield(b.withErrors(len(b.Errors), length)) {
				return
			}
		}
		for count := len(b.Errors) - 1; count >= 0; count-- {
			if !yield(b.withErrors(count, shortest)) {
				return
			}
		}
	})
}

// JSON returns the report in at most MaxBytes: error texts are cut first, then ports are left out from the end and
// counted, then errors, and at last what the observer's own socket showed.
func (s Server) JSON() []byte {
	return firstThatFits(func(yield func(any) bool) {
		for _, length := range errorLengths {
			if !yield(s.with(len(s.Ports), len(s.Errors), length)) {
				return
			}
		}
		for ports := len(s.Ports) - 1; ports >= 0; ports-- {
			if !yield(s.with(ports, len(s.Errors), shortest)) {
				return
			}
		}
		for errors := len(s.Errors) - 1; errors >= 0; errors-- {
			if !yield(s.with(0, errors, shortest)) {
				return
			}
		}
		s.Accepted = nil
		yield(s.with(0, 0, shortest))
	})
}

// firstThatFits encodes versions of a report, the richest first. The poorest is small by the bounds of its fields.
func firstThatFits(versions iter.Seq[any]) []byte {
	var encoded []byte
	for version := range versions {
		if encoded = encode(version); len(encoded) <= MaxBytes {
			break
		}
	}
	return encoded
}

func (b Boot) withErrors(count, length int) Boot {
	kept := make([]SettingError, count)
	for i, e := range b.Errors[:count] {
		kept[i] = SettingError{e.At, clip(e.Message, length)}
	}
	b.Errors = kept
	b.Sockets, b.OpenFiles = b.Sockets.clip(length), b.OpenFiles.clip(length)
	return b
}

func (o *Outcome) clip(length int) *Outcome {
	if o == nil {
		return nil
	}
	return &Outcome{o.By, o.Done, clip(o.Error, length)}
}

func (s Server) with(ports, errors, length int) Server {
	s.Process.Comm = printable(s.Process.Comm)
	s.NoSockets = clip(s.NoSockets, length)
	s.PortsLeftOut += len(s.Ports) - ports
	s.Ports = slices.Clone(s.Ports[:ports])
	for i := range s.Ports {
		s.Ports[i].Problem = clip(s.Ports[i].Problem, length)
	}
	s.Errors = slices.Clone(s.Errors[:errors])
	for i, text := range s.Errors {
		s.Errors[i] = clip(text, length)
	}
	return s
}

// clip cuts a text to at most this many bytes, between characters. Before that, it makes one line of the text: joined
// errors have several lines, and the operator refuses reports with control characters.
func clip(text string, length int) string {
	const ellipsis = "..."
	text = printable(text)
	if len(text) <= length {
		return text
	}
	end := length - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimSpace(text[:end]) + ellipsis
}

// printable replaces control characters.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
