package customers_test

import "testing"

// A customer that sends its own plan and status back unchanged changes nothing and
// is not refused: a client may send what it read.
func TestSendingBackWhatIsSetFromAbove(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	before := h.record(m.id)
	for _, body := range []string{
		`{"planKey":"merchant","status":"active"}`, `{"planName":"Merchant"}`, `{"planName":"merchant","planKey":"merchant"}`,
	} {
		_, err := h.update(m, m.id, body)
		must(t, err)
	}
	if after := h.record(m.id); after.Version != before.Version {
		t.Errorf("version %d became %d", before.Version, after.Version)
	}
}
