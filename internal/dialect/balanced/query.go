package balanced

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/internal/check"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
)

const (
	defaultLimit = 10
	maxLimit     = 100
)

// query is what the address of a list asks for.
type query struct {
	limit, offset int
	criteria      rules.Criteria
	sort          []rules.SortBy
	// kept are the other parameters, encoded, in their order.
	kept []string
}

// valueKind says how the values of a field are read.
type valueKind int

const (
	textValue valueKind = iota
	momentValue
	truthValue
	idValue
)

// known is a field that a list can be filtered by, and perhaps sorted.
type known struct {
	name   string // for the service
	kind   valueKind
	sorted bool
}

// customerFields are the fields of customers; it never changes.
var customerFields = map[string]known{
	"id":            {name: rules.FieldID, kind: idValue},
	"created_at":    {name: rules.FieldCreated, kind: momentValue, sorted: true},
	"email":         {name: rules.FieldEmail, sorted: true},
	"email_address": {name: rules.FieldEmail, sorted: true},
	"name":          {name: rules.FieldName, sorted: true},
	"phone":         {name: rules.FieldPhone},
	"business_name": {name: rules.FieldBusinessName},
	"ein":           {name: rules.FieldBusinessTax},
	"meta":          {name: rules.FieldMetaKeys},
}

// operators are those that a parameter can name in brackets; it never changes.
var operators = []rules.Operator{
	rules.NotEqual, rules.Less, rules.AtMost, rules.Greater, rules.AtLeast, rules.StartsWith,
	rules.EndsWith, rules.Contains, rules.ContainsNot, rules.ContainsAnyWay, rules.NorAnyWay,
	rules.In, rules.NotIn,
}

// readQuery reads the address of a list. Parameters that it does not know are kept in
// links and otherwise ignored. It returns Invalid for numbers and moments that are
// none, and for a field that nothing is sorted by.
func readQuery(x *dialect.Request, fields map[string]known) (query, error) {
	q := query{limit: defaultLimit}
	var faults fault.List
	for pair := range strings.SplitSeq(x.Request.URL.RawQuery, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(rawName)
		value, valueErr := url.QueryUnescape(rawValue)
		switch {
		case pair == "" || nameErr != nil || valueErr != nil:
			continue
		case name == "limit":
			q.limit = min(wholeNumber(&faults, name, value, 1), maxLimit)
			continue
		case name == "offset":
			q.offset = wholeNumber(&faults, name, value, 0)
			continue
		case name == "sort":
			q.sortBy(&faults, value, fields)
		default:
			q.filterBy(&faults, name, value, fields)
		}
		q.kept = append(q.kept, escape(name)+"="+escape(value))
	}
	return q, faults.Err()
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func wholeNumber(faults *fault.List, name, value string, least int) int {
	number, err := strconv.Atoi(value)
	switch {
	case err != nil:
		faults.AddValue(name, fault.BadValue, value, "is not an integer")
	case number < least:
		faults.AddValue(name, fault.BadValue, value, "must be >= "+strconv.Itoa(least))
	default:
		return number
	}
	return max(least, 1)
}

func (q *query) sortBy(faults *fault.List, value string, fields map[string]known) {
	name, direction, _ := strings.Cut(value, ",")
	field, found := fields[name]
	switch {
	case !found || !field.sorted:
		faults.Add("sort", fault.BadValue, `Unable to sort on unknown field "`+short(name)+`"`)
	case direction != "" && direction != "asc" && direction != "desc":
		faults.Add("sort", fault.BadValue, "The direction of a sort must be asc or desc")
	default:
		q.sort = append(q.sort, rules.SortBy{Field: field.name, Ascending: direction != "desc"})
	}
}

func (q *query) filterBy(faults *fault.List, name, value string, fields map[string]known) {
	operator := rules.Equal
	if bare, rest, found := strings.Cut(name, "["); found {
		operator, name = rules.Operator(strings.TrimSuffix(rest, "]")), bare
		if !slices.Contains(operators, operator) {
			return
		}
	}
	field, found := fields[name]
	if key, isMeta := strings.CutPrefix(name, "meta."); isMeta && fields["meta"].name != "" {
		field, found = known{name: rules.FieldMeta + key}, true
	}
	if !found {
		return
	}
	criterion := rules.Criterion{Field: field.name, Operator: operator, Texts: []string{value}}
	if operator == rules.In || operator == rules.NotIn {
		criterion.Texts = strings.Split(value, ",")
	}
	for i, text := range criterion.Texts {
		switch field.kind {
		case momentValue:
			at, ok := moment(text)
			if !ok {
				faults.AddValue(name, fault.BadValue, text, "is not a date and time")
			}
			criterion.Times = append(criterion.Times, at)
		case truthValue:
			if truthful, ok := truth(text); ok {
				criterion.Texts[i] = strconv.FormatBool(truthful)
			}
		case idValue:
			criterion.Texts[i] = strings.TrimPrefix(text, prefixCustomer)
		case textValue:
		}
	}
	q.criteria = append(q.criteria, criterion)
}

// moment reads a time as clients write it, in UTC where they name no zone.
func moment(text string) (at time.Time, ok bool) {
	return check.Date(text, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly)
}
