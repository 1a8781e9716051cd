package modern

import "testing"

func TestLastProcessor(t *testing.T) {
	for list, want := range map[string]string{"0": "0", "0-1": "1", "0,2-5,17": "17"} {
		got, err := lastOf("Cpus_allowed:\tffff\nCpus_allowed_list:\t" + list + "\nMems_allowed_list:\t0\n")
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", list, got, err)
		}
	}
	if _, err := lastOf("Name:\tcluster\n"); err == nil {
		t.Error("no list is no error")
	}
}
