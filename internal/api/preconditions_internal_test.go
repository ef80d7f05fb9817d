package api

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A list of tags matches strongly exactly the versions that it names strongly.
func TestTagsMatchWhatTheyName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		versions := rapid.SliceOfN(rapid.Int64Range(1, 9), 1, 5).Draw(t, "versions")
		weak := rapid.SliceOfN(rapid.Bool(), len(versions), len(versions)).Draw(t, "weak")
		asked := rapid.Int64Range(1, 9).Draw(t, "asked")
		header, strong, named := "", false, false
		for i, version := range versions {
			if i > 0 {
				header += rapid.SampledFrom([]string{",", ", ", " ,\t", ",,"}).Draw(t, "separator")
			}
			if weak[i] {
				header += "W/"
			}
			header += etag(version)
			strong = strong || (!weak[i] && version == asked)
			named = named || version == asked
		}
		parsed, ok := parseTags([]string{header})
		if !ok || slices.Contains(parsed.versions(), asked) != strong || parsed.weakly(asked) != named {
			t.Fatalf("%q and version %d: %+v", header, asked, parsed)
		}
	})
}

// Parsing never fails whatever the header holds, and what is not a list of tags matches
// nothing.
func FuzzParseTags(f *testing.F) {
	for _, seed := range []string{"", "*", `"1"`, `W/"1","2"`, `"`, `"a`, "W/", `"1" "2"`, ",,", "*, *", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		parsed, ok := parseTags([]string{header})
		if !ok && (parsed.any || parsed.weakly(1)) {
			t.Errorf("%q is no list of tags and matches", header)
		}
	})
}
