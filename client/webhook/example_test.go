package webhook_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"tenantry/client/webhook"
)

func ExampleReceiver_Handler() {
	receiver, err := webhook.New(first) // as the service showed it once
	if err != nil {
		log.Fatal(err)
	}
	handler := receiver.Handler(func(_ context.Context, m *webhook.Message) error {
		event, err := m.Event()
		if err != nil {
			return err
		}
		// Note m.ID and the event in your own store here, once, and act on it later.
		fmt.Println(m.ID, event.Type)
		return nil
	})

	request := httptest.NewRequest(http.MethodPost, "/hooks", strings.NewReader(body))
	request.Header = header(time.Now(), signature(first, time.Now()))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	fmt.Println(answer.Code)
	// Output:
	// msg_1 customer.created
	// 204
}
