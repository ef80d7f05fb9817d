package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// sizesName is the scenario that measures documents and no speed, and is asked for by its
// name alone.
const sizesName = "sizes"

// measuredPayers and measuredMerchants are how many customers of each kind are made, in the
// proportion of plan; each is changed once.
const (
	measuredPayers    = 180
	measuredMerchants = 20
)

// sizesDatabase is where the service that is measured keeps its customers.
const sizesDatabase = "sizes"

// sizes makes customers through the API of a service on a server of MongoDB's protocol, reads
// what it stored, document by document and index by index, and prints what a plan of a
// hundred million of them takes.
func sizes(ctx context.Context, s settings, _ *report) (err error) {
	uri, stop, err := wireServer(ctx, s.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Disconnect(context.WithoutCancel(ctx))) }()
	if err := populate(ctx, s, uri, client.Database(sizesDatabase)); err != nil {
		return err
	}
	measured, err := measure(ctx, client.Database(sizesDatabase))
	if err != nil {
		return err
	}
	for _, one := range measured {
		one.write(os.Stdout)
	}
	return plan(os.Stdout, measured)
}

// wireServer builds and starts the server of the MongoDB tests, in a directory, and returns
// its URI. Its commands are atomic on one connection only.
func wireServer(ctx context.Context, dir string) (uri string, stop func() error, err error) {
	module, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "tenantry").Output()
	if err != nil {
		return "", nil, fmt.Errorf("looking for the module of the server: %w", err)
	}
	data, err := filepath.Abs(filepath.Join(dir, "ferretdb"))
	if err != nil {
		return "", nil, err
	}
	if err := os.RemoveAll(data); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", data+".exe", ".")
	build.Dir = filepath.Join(strings.TrimSpace(string(module)), "internal", "store", "mongo", "ferretdb")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", nil, fmt.Errorf("building the server of MongoDB's protocol: %w", err)
	}
	command := exec.CommandContext(ctx, data+".exe", "-directory", data)
	input, err := command.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error { return errors.Join(input.Close(), command.Wait()) }
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("the server of MongoDB's protocol does not start: %w", err), stop())
	}
	return strings.TrimSpace(line) + "?maxPoolSize=1", stop, nil
}

// populate makes the customers, changes each once, and waits until all that follows is stored.
func populate(ctx context.Context, s settings, uri string, stored *mongo.Database) (err error) {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	dir := filepath.Join(s.dir, "sizes")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b := s.servers[0]
	environ := []string{
		"TENANTRY_STORE_MONGO_URI=" + uri, "TENANTRY_STORE_MONGO_DATABASE=" + sizesDatabase, "TENANTRY_STORE_MONGO_TIMEOUT=1m",
		"TENANTRY_SEAL_KEYRING_FILE=" + filepath.Join(dir, "keyring.json"), "TENANTRY_DATA=" + dir,
	}
	operator, err := b.initialize(ctx, environ)
	if err != nil {
		return err
	}
	running, err := b.start(ctx, &seeded{Dir: dir}, append(environ,
		"TENANTRY_WEBHOOKS_ALLOW_PRIVATE=true", "TENANTRY_WEBHOOKS_ALLOW_INSECURE=true", "TENANTRY_WEBHOOKS_ALLOW_ANY_PORT=true")...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	made, err := operator.send(ctx, http.MethodPost, running.url+"/v3/customers/accounts", `{"name":"Cove Marketplace","email":"ops@cove.example","planKey":"platform",
		"settings":{"events":{"enabled":true,"urls":{"always":["`+receiver.URL+`/in"]}}}}`, "")
	if err != nil {
		return err
	}
	platform := &seeded{Platform: made.text("id"), Key: made.text("keys", "secret")}
	for i := range measuredPayers + measuredMerchants {
		body := payerBody(i)
		if i%10 == 9 {
			body = merchantBody(i)
		}
		child, err := platform.send(ctx, http.MethodPost, running.url+"/v3/customers", body, fmt.Sprintf("order-%08d-%d", 4711*i, i))
		if err != nil {
			return err
		}
		change := fmt.Sprintf(`{"description":"Came through the spring campaign, order %d"}`, 4711*i)
		if _, err := platform.send(ctx, http.MethodPatch, running.url+"/v3/customers/"+child.text("id"), change, ""); err != nil {
			return err
		}
	}
	return settled(ctx, stored)
}

// settled waits until the relay has nothing left and every delivery has ended.
func settled(ctx context.Context, stored *mongo.Database) error {
	const patience = 2 * time.Minute
	for began := time.Now(); time.Since(began) < patience; time.Sleep(time.Second) {
		waiting, err := stored.Collection("customers").CountDocuments(ctx, bson.D{{Key: "pending", Value: true}})
		if err != nil {
			return err
		}
		due, err := stored.Collection("deliveries").CountDocuments(ctx, bson.D{{Key: "pending", Value: true}})
		if err != nil || waiting+due == 0 {
			return err
		}
	}
	return errors.New("events or deliveries still wait")
}

// The words of the customers that are measured.
var (
	givenNames  = []string{"Mira", "Jonas", "Adaeze", "Tomasz", "Priya", "Lucia", "Henrik", "Noor", "Mateo", "Yuki", "Sofia"}
	familyNames = []string{"Okafor", "Brandt", "Lindqvist", "Kowalczyk", "Raman", "Ferreira", "Aaltonen", "Haddad", "Quintana", "Tanabe", "Doyle", "Marchetti", "Sato"}
	trades      = []string{"Bicycles", "Coffee Roasters", "Garden Tools", "Pottery", "Bookbinding", "Fish Market", "Upholstery"}
)

func personOf(i int) (given, family, email string) {
	given, family = givenNames[i%len(givenNames)], familyNames[i%len(familyNames)]
	return given, family, fmt.Sprintf("%s.%s%d@mail.example", strings.ToLower(given), strings.ToLower(family), i)
}

// payerBody returns a customer who pays, as marketplaces send them.
func payerBody(i int) string {
	given, family, email := personOf(i)
	return fmt.Sprintf(`{"name":"%s %s","email":"%s","planKey":"payer","externalId":"usr_%012d",
		"address":{"street1":"%d Quay Street","city":"Portland","state":"ME","postalCode":"04%03d","country":"USA"},
		"contact":{"firstName":"%s","lastName":"%s","email":"%s","phone":"2075550%03d"},
		"meta":{"crm":"c-%09d","segment":"retail"}}`, given, family, email, 900_000_007*i, 1+i*7, i%1000, given, family, email, i%1000, 7919*i)
}

// merchantBody returns a business with what a review asks for, a bank and a second owner.
func merchantBody(i int) string {
	given, family, email := personOf(i)
	business := fmt.Sprintf("%s %s %d", family, trades[i%len(trades)], i)
	return fmt.Sprintf(`{"name":"%[1]s","email":"%[2]s","planKey":"merchant","externalId":"biz_%012[3]d","merchantKey":"key_%[3]d",
		"address":{"street1":"%[3]d Mill Lane","city":"Portland","state":"ME","postalCode":"04101","country":"USA"},
		"contact":{"firstName":"%[4]s","lastName":"%[5]s","email":"%[2]s","phone":"2075550100","dateOfBirth":"1984-02-17"},
		"defaultBank":{"nameOnAccount":"%[1]s LLC","accountHolderType":"company","accountType":"checking","routingNumber":"110000000","accountNumber":"%012[3]d"},
		"legalEntity":{"entityType":"LLC","businessName":"%[1]s LLC","businessTaxId":"00%07[3]d","businessSalesVolume":"480000","yearsInBusiness":"6","personalTaxId":"00345%04[3]d","stakePercent":"60",
			"additionalOwners":[{"stakePercent":"40","title":"Co-founder","personalTaxId":"00567%04[3]d","contact":{"firstName":"Dana","lastName":"Reef","email":"dana@mail.example","dateOfBirth":"1981-11-05"}}]},
		"merchant":{"businessName":"%[1]s","businessUrl":"https://shop%[3]d.example","supportEmail":"help@shop%[3]d.example","supportPhone":"2075550100","productDescription":"Sales and repair","statementDescriptor":"SHOP %[3]d","defaultCurrency":"USD","merchantCategoryCode":"5940"},
		"meta":{"crm":"b-%09[3]d","segment":"business"}}`, business, email, i, given, family)
}

// initialize makes the operator, and returns it as one who sends requests.
func (b binary) initialize(ctx context.Context, environ []string) (*seeded, error) {
	command := exec.CommandContext(ctx, b.path, "init", "--json") //nolint:gosec // a binary that the caller names
	command.Env = append(os.Environ(), environ...)
	var said strings.Builder
	command.Stderr = &said
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s init: %w: %s", b.name, err, said.String())
	}
	made, err := answerOf(text)
	if err != nil {
		return nil, err
	}
	return &seeded{Platform: made.text("id"), Key: made.text("keys", "secret")}, nil
}

// send sends a request, under an idempotency key if there is one, and demands that it succeeds.
func (in *seeded) send(ctx context.Context, method, url, body, key string) (answer, error) {
	request := in.request(method, url, body)
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	got, err := http.DefaultClient.Do(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(got.Body)
	if err = errors.Join(err, got.Body.Close()); err != nil {
		return nil, err
	}
	if got.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s: %d %s", method, url, got.StatusCode, text)
	}
	return answerOf(text)
}
