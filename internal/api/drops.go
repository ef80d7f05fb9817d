package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tenantry/customers/events"
	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/fault"
)

// dropsBody is what the process that pays micro-deposits needs to know.
type dropsBody struct {
	Object  string   `json:"object"` // drops
	BankID  string   `json:"bankId"`
	Amounts []string `json:"amounts"` // two whole cents
}

func (s *Server) dropAmounts(req *request) (response, error) {
	amounts, err := s.service.Instruments.DropAmounts(req.ctx, req.caller, req.customerID(), req.Param("bid"))
	return response{
		status: http.StatusOK, body: dropsBody{Object: "drops", BankID: req.Param("bid"), Amounts: amounts},
	}, err
}

func (s *Server) startDrops(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.StartDrops(ctx, req.caller, req.customerID(), req.Param("bid"))
	}, func(started view.BankView) (response, error) {
		return response{status: http.StatusOK, body: started}, nil
	})
}

func (s *Server) confirmDrops(req *request) (response, error) {
	in := instruments.ConfirmDropsInput{Attempt: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.ConfirmDrops(ctx, req.caller, req.customerID(), req.Param("bid"), in)
	}, func(confirmed view.BankView) (response, error) {
		return response{status: http.StatusOK, body: confirmed}, nil
	})
}

func (s *Server) markDropsSent(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.MarkDropsSent(ctx, req.caller, req.customerID(), req.Param("bid"))
	}, func(marked view.BankView) (response, error) {
		return response{status: http.StatusOK, body: marked}, nil
	})
}

// listDrops shows the operator which micro-deposits wait to be sent. As CSV, a page has the
// account numbers in full: it is an export, with a reason in the trail.
func (s *Server) listDrops(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	in := instruments.DueDropsInput{Limit: q.limit(), Cursor: q.text("cursor", maxCursor)}
	status, format := q.text("status", maxFilter), q.text("format", maxFilter)
	if status != "" && status != "due" {
		q.faults.AddValue("status", fault.BadValue, status, "must be due: the deposits that wait to be sent")
	}
	in.Numbers = format == "csv"
	if format != "" && !in.Numbers && format != "json" {
		q.faults.AddValue("format", fault.BadValue, format, "must be json or csv")
	}
	reason := req.reason()
	if in.Numbers && reason == "" {
		q.faults.Add("reason", fault.Missing, "say why, as ?reason= or in the header X-Reason: CSV has the account numbers in full")
	}
	if err := q.faults.Err(); err != nil {
		return response{}, err
	}
	if in.Numbers {
		export := events.Export{Of: "drops", Format: format, Unmasked: true, Reason: reason}
		if err := s.service.Events.RecordExport(req.ctx, req.caller, export); err != nil {
			return response{}, err
		}
	}
	found, err := s.service.Instruments.DueDrops(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	s.link(req, found.NextCursor)
	if in.Numbers {
		return dropsFile(req, found)
	}
	return response{status: http.StatusOK, body: dropsList{
		Results: found.Drops, Settings: dropsSettings{Limit: found.Limit, NextCursor: found.NextCursor},
	}}, nil
}

// dropsList is a page of micro-deposits that wait to be sent. They are not counted.
type dropsList struct {
	Results  []instruments.DueDrops `json:"results"`
	Settings dropsSettings          `json:"settings"`
}

type dropsSettings struct {
	Limit      int    `json:"limit"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// headerNextCursor continues a list whose body has no room for it.
const headerNextCursor = "X-Next-Cursor"

// dropsFile writes a page as CSV, a row for each deposit.
func dropsFile(req *request, found instruments.DueDropsListing) (response, error) {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{{"customerId", "customerName", "bankId", "nameOnAccount", "routingNumber", "accountNumber", "accountType", "country", "cents", "currency", "confirmBy"}}
	for _, d := range found.Drops {
		by := time.Time(d.ConfirmBy).UTC().Format(time.RFC3339)
		for _, cents := range d.Amounts {
			rows = append(rows, []string{
				d.CustomerID, cell(d.CustomerName), d.Bank.ID, cell(d.Bank.NameOnAccount), d.Bank.RoutingNumber, d.Bank.AccountNumber,
				d.Bank.AccountType, d.Bank.Country, cents, d.Currency, by,
			})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return response{}, fmt.Errorf("writing CSV: %w", err)
	}
	header := req.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="drops.csv"`)
	if found.NextCursor != "" {
		header.Set(headerNextCursor, found.NextCursor)
	}
	return response{status: http.StatusOK, page: file.Bytes()}, nil
}

// cell returns a text that strangers chose as a cell that no spreadsheet takes for a
// formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
