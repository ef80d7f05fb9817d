package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// coder writes and reads one Go type as a BSON element. The values it is given
// are addressable.
type coder struct {
	// absent reports whether omitempty leaves the value out. Nil stands for the zero
	// value of Go; an empty list that is not nil is another value.
	absent func(v reflect.Value) bool
	append func(to []byte, name string, v reflect.Value) ([]byte, error)
	// read takes a value of the element type tag, which is never null.
	read func(in *reader, tag byte, v reflect.Value) error
}

// plan is the compiled form of a struct type: its members in order.
type plan struct {
	members []member
	byName  map[string]int
}

type member struct {
	name  string
	index []int
	omit  bool
	coder coder
}

var errZeroByte = errors.New("a member name must not hold a zero byte")

// of returns the member's value within the struct v.
func (m *member) of(v reflect.Value) reflect.Value {
	if len(m.index) == 1 {
		return v.Field(m.index[0])
	}
	return v.FieldByIndex(m.index)
}

// append adds the struct v as a document.
func (p *plan) append(to []byte, v reflect.Value) ([]byte, error) {
	start := len(to)
	to = append(to, 0, 0, 0, 0)
	var err error
	for i := range p.members {
		m := &p.members[i]
		value := m.of(v)
		if m.omit && m.coder.leftOut(value) {
			continue
		}
		if to, err = m.coder.append(to, m.name, value); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return closeDocument(to, start), nil
}

func (c *coder) leftOut(v reflect.Value) bool {
	if c.absent != nil {
		return c.absent(v)
	}
	return v.IsZero()
}

// closeDocument ends the document whose length stands at start.
func closeDocument(to []byte, start int) []byte {
	to = append(to, 0)
	binary.LittleEndian.PutUint32(to[start:], uint32(len(to)-start)) //nolint:gosec // documents are bounded far below
	return to
}

func appendHead(to []byte, tag byte, name string) []byte {
	to = append(to, tag)
	to = append(to, name...)
	return append(to, 0)
}

// read fills the struct v from the document that starts here.
func (p *plan) read(in *reader, v reflect.Value) error {
	body, err := in.open()
	if err != nil {
		return err
	}
	expected := 0
	for {
		tag, name, ok, err := body.next()
		if err != nil {
			return err
		}
		if !ok {
			return nil
		}
		at, known := p.find(name, expected)
		if !known {
			if err := body.skip(tag); err != nil {
				return err
			}
			continue
		}
		expected = at + 1
		m := &p.members[at]
		if err := m.coder.fill(&body, tag, m.of(v)); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
}

// find looks for a member by name. Members come in the order in which they were written,
// so it is nearly always the expected one, or one soon after it.
func (p *plan) find(name string, expected int) (int, bool) {
	for at := expected; at < len(p.members) && at < expected+3; at++ {
		if p.members[at].name == name {
			return at, true
		}
	}
	at, known := p.byName[name]
	return at, known
}

// fill is read, with null standing for the zero value.
func (c *coder) fill(in *reader, tag byte, v reflect.Value) error {
	if tag == tagNull || tag == tagUndefined {
		v.SetZero()
		return nil
	}
	return c.read(in, tag, v)
}

func mismatch(tag byte, want string) error {
	return fmt.Errorf("the element type %#x cannot be read as %s", tag, want)
}

// compiler collects the plans of all struct types it meets.
type compiler struct{ plans map[reflect.Type]*plan }

func compileAll(types ...reflect.Type) map[reflect.Type]*plan {
	c := compiler{plans: map[reflect.Type]*plan{}}
	for _, t := range types {
		c.plan(t)
	}
	return c.plans
}

// plan compiles a struct type. A type that it cannot compile is a mistake in the program
// and panics at start.
func (c compiler) plan(t reflect.Type) *plan {
	if p := c.plans[t]; p != nil {
		return p
	}
	p := &plan{byName: map[string]int{}}
	c.plans[t] = p
	c.collect(p, t, nil)
	return p
}

// freeOptions are the options of members that hold free data.
const freeOptions = "omitempty,document"

// member returns the coder of a field with the options of its tag.
func (c compiler) member(field reflect.StructField, options string) coder {
	if options == freeOptions {
		return freeCoder()
	}
	return c.coder(field.Type)
}

// without returns the plan of the same type that leaves members out.
func (p *plan) without(names ...string) *plan {
	rest := &plan{byName: map[string]int{}}
	for _, m := range p.members {
		if !slices.Contains(names, m.name) {
			rest.add(m)
		}
	}
	return rest
}

func (p *plan) add(m member) {
	p.byName[m.name] = len(p.members)
	p.members = append(p.members, m)
}

// collect adds the members of t to p, inlined ones with their path from the root.
func (c compiler) collect(p *plan, t reflect.Type, way []int) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("bson"), ",")
		index := append(way[:len(way):len(way)], field.Index...)
		if options == "inline" {
			c.collect(p, field.Type, index)
			continue
		}
		if name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		if _, twice := p.byName[name]; twice || !field.IsExported() {
			panic(fmt.Sprintf("codec: %s has the unusable member %s", t, name))
		}
		p.add(member{name: name, index: index, omit: strings.HasPrefix(options, "omitempty"), coder: c.member(field, options)})
		if options == freeOptions {
			p.add(member{name: name + textSuffix, index: index, omit: true, coder: textCoder()})
		}
	}
}
