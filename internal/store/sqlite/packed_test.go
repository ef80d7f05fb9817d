package sqlite

import (
	"bytes"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/internal/store/storetest"
)

// eventOfAShop returns an event of the log as most are.
func eventOfAShop(t testing.TB) *rows.LoggedEvent {
	t.Helper()
	c := shop(storetest.Operator(opened), 7)
	c.Outbox[0].ID[0] = 1
	return &rows.LoggedEvent{Event: c.Outbox[0], Customer: c.Ref()}
}

// What is stored can be read for ever: a dictionary stays as it is, and a stream that was made
// with it expands to what was compressed.
func TestDictionariesNeverChange(t *testing.T) {
	t.Parallel()
	for want, dictionary := range map[string][]byte{
		"777ac4f4ad70942470f80a1ea5831deaf83447c1f5b2c66f6697d342fb765829": eventDictionary,
		"832f5b52fa21dea6b404ff647721358ec1c2dc708d06f54c8bcb9a5ce4cf1536": customerDictionary,
		"b9dfc5b70a1a586c543f805d35778466dc3f5b6ebb5d177575c09991fa9c4ebd": eventTables,
		"460908b99894bef1976b209564db031caf12368fd233e38c3853ffbf31b9e8fe": customerTables,
	} {
		if sum := sha256.Sum256(dictionary); hex.EncodeToString(sum[:]) != want {
			t.Errorf("it is another one: %x; add a dictionary with a new number", sum)
		}
	}
	for _, stored := range []string{storedEvent, storedEventRest} {
		event, err := codec.DecodeEvent(must(unpacked(must(hex.DecodeString(stored))(t)))(t))
		if err != nil || event.Credential != "key_1" || !bytes.Contains(event.Resource, []byte("Shop 7 of Aldersgate Trading")) {
			t.Errorf("%+v, %v", event, err)
		}
	}
	for _, stored := range []string{storedCustomer, storedWithTables} {
		c, err := codec.Decode(must(unpacked(must(hex.DecodeString(stored))(t)))(t))
		if err != nil || c.Name != "Shop 7 of Aldersgate Trading" || len(c.Keys) != 1 {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// An event comes back as it was given, compressed or as an earlier build stored it, and a
// flipped bit anywhere in it is noticed.
func TestPackedEventsComeBack(t *testing.T) {
	t.Parallel()
	event := eventOfAShop(t)
	earlier := must(encoded(event, codec.EncodeEvent))(t)
	stored := must(encodedEvent(event))(t)
	decode := func(column []byte, of *rows.LoggedEvent) (*rows.LoggedEvent, error) {
		return eventOf(columnsOf(column, of))
	}
	if len(stored)*2 > len(earlier) {
		t.Errorf("%d bytes of %d are stored", len(stored), len(earlier))
	}
	for name, column := range map[string][]byte{"compressed": stored, "of an earlier build": earlier} {
		got, err := decode(column, event)
		if diff := storetest.Diff(event, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		for bit := range len(column) * 8 {
			spoiled := bytes.Clone(column)
			spoiled[bit/8] ^= 1 << (bit % 8)
			if _, err := decode(spoiled, event); err == nil {
				t.Fatalf("%s: bit %d is flipped and nothing says so", name, bit)
			}
		}
	}
	short := &rows.LoggedEvent{Event: customers.Event{ID: event.ID, Type: "x", At: opened}, Customer: event.Customer}
	if got, err := decode(must(encodedEvent(short))(t), short); err != nil || storetest.Diff(short, got) != "" {
		t.Errorf("a short one: %+v, %v", got, err)
	}
}

// A customer comes back as it was given, compressed or as an earlier build stored it, and a
// flipped bit anywhere in it is noticed.
func TestPackedCustomersComeBack(t *testing.T) {
	t.Parallel()
	root := storetest.Operator(opened)
	for name, c := range map[string]*customers.Customer{"small": shop(root, 7), "large": storetest.Child(root)} {
		c.Outbox = nil
		made := must(rowOf(c))(t)
		earlier := must(encoded(c, codec.Encode))(t)
		if len(made.document)*2 > len(earlier) || made.size != len(earlier)-sumSize {
			t.Errorf("%s: %d bytes of %d are stored, and %d stated", name, len(made.document), len(earlier), made.size)
		}
		for _, column := range [][]byte{made.document, earlier} {
			got, err := recordOf(column, c.ID)
			if diff := storetest.Diff(c, got.customer); diff != "" || err != nil || got.document != made.size {
				t.Errorf("%s: %d bytes, %v\n%s", name, got.document, err, diff)
			}
			for bit := 0; bit < len(column)*8; bit += 1 + len(column)/1000 {
				spoiled := bytes.Clone(column)
				spoiled[bit/8] ^= 1 << (bit % 8)
				if _, err := recordOf(spoiled, c.ID); err == nil {
					t.Fatalf("%s: bit %d is flipped and nothing says so", name, bit)
				}
			}
		}
	}
}

// What the JSON of an event repeats of its columns comes back as it was, and bytes that are no
// JSON too.
func TestWhatAnEventRepeatsComesBack(t *testing.T) {
	t.Parallel()
	event := eventOfAShop(t)
	event.At = event.At.Add(7 * time.Millisecond)
	id, tenant, at := event.Customer.ID.String(), event.Customer.Tenant.String(), event.At.Format(time.RFC3339Nano)
	for name, text := range map[string]string{
		"all":                 `{"id":"` + id + `","parentId":"` + tenant + `","created":"` + at + `","other":"` + strings.ToUpper(id) + `"}`,
		"of the tenant alone": `["` + tenant + `"]`,
		"none":                `{"name":"Ann"}`,
		"empty":               ``,
		"no JSON":             "\x01\x02" + id + "\x03",
	} {
		for at := range texts(event) {
			given := *event
			*texts(&given)[at] = []byte(text)
			want := given
			got, err := eventOf(columnsOf(must(encodedEvent(&given))(t), &given))
			if diff := storetest.Diff(&want, got); diff != "" || err != nil {
				t.Errorf("%s, member %d: %v\n%s", name, at, err, diff)
			}
		}
	}
	plain := *event
	for _, text := range texts(&plain) {
		*text = bytes.ReplaceAll(bytes.ReplaceAll(*text, []byte(id), []byte("67c2fd50000012a4a1b3c5d7")), []byte(tenant), []byte("67c2fd50000098a4e1f3c2d9"))
	}
	if short, long := len(must(encodedEvent(event))(t)), len(must(encodedEvent(&plain))(t)); short+5 > long {
		t.Errorf("an event that names its customer and tenant takes %d bytes, and one that names others %d", short, long)
	}
}

// columnsOf returns a row of the log with that document.
func columnsOf(document []byte, e *rows.LoggedEvent) []driver.Value {
	return []driver.Value{document, e.ID[:], e.Customer.ID[:], e.At.UnixMilli(), e.Customer.Tenant[:], []byte(e.Type)}
}

// What stands beside the document of an event is checked with it: a flipped bit there is
// noticed too.
func TestTheColumnsOfAnEventAreChecked(t *testing.T) {
	t.Parallel()
	event := eventOfAShop(t)
	stored := must(encodedEvent(event))(t)
	for name, spoil := range map[string]func(*rows.LoggedEvent){
		"id": func(e *rows.LoggedEvent) { e.ID[3] ^= 1 }, "customer": func(e *rows.LoggedEvent) { e.Customer.ID[11] ^= 1 },
		"tenant": func(e *rows.LoggedEvent) { e.Customer.Tenant[0] ^= 1 }, "time": func(e *rows.LoggedEvent) { e.At = e.At.Add(time.Millisecond) },
		"type": func(e *rows.LoggedEvent) { e.Type = "customer.creatfd" },
	} {
		other := *event
		spoil(&other)
		if got, err := eventOf(columnsOf(stored, &other)); !isDamaged(err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func BenchmarkPackEvent(b *testing.B) {
	event := eventOfAShop(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encodedEvent(event); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpackEvent(b *testing.B) {
	event := eventOfAShop(b)
	stored := must(encodedEvent(event))(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := eventOf(columnsOf(stored, event)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPackCustomer(b *testing.B) {
	c := shop(storetest.Operator(opened), 7)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rowOf(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpackCustomer(b *testing.B) {
	c := shop(storetest.Operator(opened), 7)
	for name, column := range map[string][]byte{"compressed": must(rowOf(c))(b).document, "as earlier": must(encoded(c, codec.Encode))(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := recordOf(column, c.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// storedCustomer and storedEvent are what a build stored once.
const storedEvent = "28b52ffd61012b03e50c0012913e34606d13b036921186a19adc8d6190b62026236b4b774f2691f66d3bfd4c72535842de2b70f2ee9d32859a1e5db8846e08e4db4dffdd366b788c8cab54236b97a358" +
	"62acfcfa734e9475f9c06d3e530eb6c92ccdd67b8e625b7e8b17ded5de7c1c4d938115fc0bba8952744a5d9818278d2439cd048ea6d922fc2dc31807e863a304bfb7ef3b893751ce302325a778c154e9" +
	"f2aff12f77f77ae5bdd42961056d061120857b35bdba445614331e633af1368ed36aa65375ba2ba0fe9a3b6dbb14952e79c5eaf773a5dd122d9302ce5ded6e8248c0f28864ba02ac9e8458061ddd29a1" +
	"0fe61101e2e031099140548c745b940f40dbcc62a03be0203700b8c581bdc5112e24089b8884577a01089783cc6ba46cdcec93d13825cba0476ec0992c0341b9038b32512492f22549b0d22bf600cafa" +
	"054f02108ea99803b0f88042d01284899b0dfc907be990043c9e0420dcf6046a08381b341eaa2b7b6828e4a107e911782e05204102102e883841297ca8804b4a880390374cffe190e09dc34a20d09b57" +
	"585b1401ee652e5c626817e8c45c6c8a1fc884cc13c104"

const storedCustomer = "28b52ffd4100024202ed0800b20d312e804d08d01a9a8519ef8d9e878ce7e5c14187fc8f8e543422fff72962314986f78748c97b9f7c02385a5b1f1e837c09b010c1e0916191b9d1b4a6d8bf62fdb6da" +
	"1a63dee06a3fb84abd65cf2eea7bb45cb72f055dd4af1b99abc6768e75fdc7e68d372eb382fc7ce96ad0a9f67bbc2bbeb59c45dc4be3eb4c0009468843ef63e79eca4c02076443a42193b9d17c283b68" +
	"a1006502e27d7a1ce8e2148a09fa0a8213494e3b16e9619299061293145dbc62d150c00cc4118ee7e0e2c1744c2a0a32bf242122002013d1400e04228201824500d8a4c0060bdc1031050a001bc01b20" +
	"54829339960321280d0a83623eb300bef2281270f0d3c15655720152900732063870be007803518400fc81110645011f85513e0a891f617105"

// storedEventRest and storedWithTables are of the build that followed.
const storedEventRest = "28b52ffd4100035d020d0a00720d3230704b1b8015bdffff1e60012e503202d6c198328970f26e923f9fb6c3a35508d1963625e946fa530b72d66fb64874fc01cc17858badf346fa26f2bd3f84ce23bb" +
	"bbdbdf641cde87b7b18a566a7f2365d99714a1cdda60ab6a2562000e72d2020daa5ab1d85b164a4d6854486cd0f6b2fdb5d09ca71de424090e720f9be7398c993865eaf7e6a7ee6e9f6f320e0b1c8378" +
	"4a2343b3eead1e45402ec0613e9132bda9f1666648479a887340ede5cc0c9108481618d135c02c3d3228e7b8900828983f3a3228660d0130fc4d1ecfa00b474b6de6068e27033e22160e18d31928f8fd" +
	"d40c53692cc81ed9effea4ded7e2656006509dde1514c4a4c6970a8c31fececf93271e6d8926cc0f215efe4c6b93ca5c868f7d5c3cec5798f7eafa15e0f67c9aae237d6d88756440b88f0e2df986fbea" +
	"ccef380eca61e64c0734f07b02"

const storedWithTables = "28b52ffd4100044202550800b20d312e804d08d01a9a8519ef8d9e878ce7e5c14187fc8f8e543422fff72962314986f78748c97b9f7c02385a5b1f1e837c09b010c1e0916191b9d1b4a6d8bf62fdb6da" +
	"1a63dee06a3fb84abd65cf2eea7bb45cb72f055dd4af1b99abc6768e75fdc7e68d372eb382fc7ce96ad0a9f67bbc2bbeb59c45dc4be3eb4c0009468843ef63e79eca4c02076443a42193b9d17c283b68" +
	"a1006502e27d7a1ce8e2148a09fa0a8213494e3b16e9619299061293145dbc62d150c00cc4118ee7e0e2c1744c2a0a32bf242122fc308a2619411e4490ad1aaa5085d888f92a4697924438e15810e239" +
	"b0f74f8d9d479e3b381b6c957c00a4b453f20b976c411049f1f60c1ee023dafe18e88fa83c0e"
