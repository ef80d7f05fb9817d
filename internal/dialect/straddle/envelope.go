package straddle

import (
	"bytes"
	"encoding/json"
	"time"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
)

const (
	contentJSON = "application/json; charset=utf-8"
	// stampLayout is how moments are written: UTC, seven digits of a second.
	stampLayout = "2006-01-02T15:04:05.0000000Z"
)

// meta is in every answer.
type meta struct {
	RequestID string `json:"api_request_id"`
	Timestamp string `json:"api_request_timestamp"`
}

type envelope struct {
	Data         any    `json:"data"`
	Meta         meta   `json:"meta"`
	ResponseType string `json:"response_type"`
}

type listEnvelope struct {
	Data         any      `json:"data"`
	Meta         listMeta `json:"meta"`
	ResponseType string   `json:"response_type"`
}

type listMeta struct {
	meta
	PageNumber  int    `json:"page_number"`
	PageSize    int    `json:"page_size"`
	MaxPageSize int    `json:"max_page_size"`
	TotalItems  int64  `json:"total_items"`
	TotalPages  int64  `json:"total_pages"`
	SortBy      string `json:"sort_by"`
	SortOrder   string `json:"sort_order"`
}

type errorEnvelope struct {
	Error        errorBody `json:"error"`
	Meta         meta      `json:"meta"`
	ResponseType string    `json:"response_type"`
}

type errorBody struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Items  []item `json:"items"`
}

// meta names an answer by its reference, written as a UUID.
func (f *Handler) meta(ref string) meta {
	if len(ref) == 32 {
		ref = ref[:8] + "-" + ref[8:12] + "-" + ref[12:16] + "-" + ref[16:20] + "-" + ref[20:]
	}
	return meta{RequestID: ref, Timestamp: stamp(f.now())}
}

func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// object answers with one object.
func (f *Handler) object(x *dialect.Request, status int, data any) (idempotency.Answer, error) {
	return f.encode(status, envelope{Data: data, Meta: f.meta(x.Ref), ResponseType: "object"}), nil
}

// encode writes an answer; everything that is answered can be written.
func (f *Handler) encode(status int, body any) idempotency.Answer {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
	return idempotency.Answer{
		Status: status, Header: map[string]string{"Content-Type": contentJSON},
		Body: bytes.TrimSuffix(buffer.Bytes(), []byte("\n")),
	}
}
