package api

import "net/http"

type timezoneBody struct {
	Object   string `json:"object"` // timezone
	Timezone string `json:"timezone"`
}

// timezone answers with the IANA zone in which days of the subject begin: all times and
// days of this service are in UTC.
func timezone(*request) (response, error) {
	return response{status: http.StatusOK, body: timezoneBody{Object: "timezone", Timezone: "UTC"}}, nil
}
