package kerneltest

import (
	"debug/elf"
	"os"
	"slices"
	"testing"
)

func TestTheLibraryNeedsNothingAndIsHardened(t *testing.T) {
	// That for arm64 has a hole, so that its parts can have different rights where pages have 64 KiB.
	for architecture, most := range map[string]int64{"amd64": 20_000, "arm64": 70_000} {
		t.Run(architecture, func(t *testing.T) {
			info, err := os.Stat(in(architecture + ".so"))
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() > most {
				t.Errorf("%d bytes, more than %d", info.Size(), most)
			}
			library, err := elf.Open(in(architecture + ".so"))
			if err != nil {
				t.Fatal(err)
			}
			defer library.Close()
			if needed, err := library.ImportedLibraries(); err != nil || len(needed) > 0 {
				t.Errorf("it needs %v, %v", needed, err)
			}
			checkSymbols(t, library)
			checkSegments(t, library)
			if now, err := library.DynValue(elf.DT_FLAGS); err != nil || !slices.Contains(now, uint64(elf.DF_BIND_NOW)) {
				t.Errorf("flags %v, %v: symbols are not bound when it is loaded", now, err)
			}
			if text, err := library.DynValue(elf.DT_TEXTREL); err != nil || len(text) > 0 {
				t.Errorf("its code is relocated: %v, %v", text, err)
			}
		})
	}
}

func checkSymbols(t *testing.T, library *elf.File) {
	t.Helper()
	symbols, err := library.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	var defined, undefined []string
	for _, symbol := range symbols {
		switch {
		case elf.ST_TYPE(symbol.Info) == elf.STT_SECTION:
		case symbol.Section != elf.SHN_UNDEF:
			defined = append(defined, symbol.Name)
		case elf.ST_BIND(symbol.Info) == elf.STB_WEAK:
			undefined = append(undefined, symbol.Name)
		default:
			t.Errorf("%s is undefined, and not weak", symbol.Name)
		}
	}
	slices.Sort(defined)
	if !slices.Equal(defined, []string{"listen", "setsockopt"}) || !slices.Equal(undefined, []string{"__errno_location"}) {
		t.Errorf("defined %v, undefined %v", defined, undefined)
	}
	if all, err := library.Symbols(); err == nil {
		t.Errorf("it is not stripped: %d symbols", len(all))
	}
}

// checkSegments finds nothing that can be written once the library is loaded, so that it has no state.
func checkSegments(t *testing.T, library *elf.File) {
	t.Helper()
	var protected *elf.Prog
	for _, segment := range library.Progs {
		switch {
		case segment.Type == elf.PT_GNU_RELRO:
			protected = segment
		case segment.Flags&elf.PF_X != 0 && segment.Flags&elf.PF_W != 0, segment.Type == elf.PT_GNU_STACK && segment.Flags&elf.PF_X != 0:
			t.Errorf("segment %s has the rights %s", segment.Type, segment.Flags)
		}
	}
	if protected == nil {
		t.Fatal("no segment is protected once it is loaded")
	}
	for _, section := range library.Sections {
		if section.Flags&elf.SHF_WRITE != 0 && section.Size > 0 &&
			(section.Addr < protected.Vaddr || section.Addr+section.Size > protected.Vaddr+protected.Memsz) {
			t.Errorf("%s can be written", section.Name)
		}
	}
}
