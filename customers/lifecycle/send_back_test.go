package lifecycle_test

import (
	"testing"

	"tenantry/internal/testkit"
)

// A customer that sends its own plan and status back unchanged changes nothing and
// is not refused: a client may send what it read.
func TestSendingBackWhatIsSetFromAbove(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	before := h.Record(m.ID)
	for _, body := range []string{
		`{"planKey":"merchant","status":"active"}`, `{"planName":"Merchant"}`, `{"planName":"merchant","planKey":"merchant"}`,
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(m, m.ID, body)
			testkit.Must(t, err)
		})
	}
	if after := h.Record(m.ID); after.Version != before.Version {
		t.Errorf("version %d became %d", before.Version, after.Version)
	}
}
