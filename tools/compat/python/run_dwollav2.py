"""dwollav2, the client of Dwolla's API that takes paths."""
import dwollav2

from compat import ACCOUNT, PUBLISHABLE, SECRET, URL, main, need, op, refused, same, truth

dwollav2.Client.ENVIRONMENTS["sandbox"].update(api_url=URL, token_url=URL + "/token")
PERSON = {"lastName": "Doe", "type": "personal", "address1": "99-99 33rd St", "city": "Some City", "state": "NY", "postalCode": "11101", "dateOfBirth": "1970-01-01", "ssn": "1234"}


def person(first, email):
    return dict(PERSON, firstName=first, email=email)


def token(key):
    return dwollav2.Client(key=key, secret=SECRET, environment="sandbox").Auth.client()


def run():
    api = op("Auth.client", lambda: token(ACCOUNT))
    if api is None:
        return
    op("Auth.client, by the publishable key", lambda: token(PUBLISHABLE).get("/"))
    op("root", lambda: truth(api.get("/").body["_links"]["customers"], "it has no link to customers"))
    where = lambda path, body: api.post(path, body).headers["location"]
    jane = op("customers: create unverified", lambda: where("customers", {"firstName": "Jane", "lastName": "Pythonic", "email": "jane@python.example"}))
    john = op("customers: create verified personal", lambda: where("customers", person("John", "john@python.example")))
    op("customers: create, e-mail taken", lambda: refused(400, lambda: api.post("customers", {"firstName": "Jane", "lastName": "P", "email": "jane@python.example"})))
    op("customers: list", lambda: truth(len(api.get("customers", limit=10).body["_embedded"]["customers"]) >= 2, "some are missing"))
    op("customers: search", lambda: same(len(api.get("customers", search="Pythonic").body["_embedded"]["customers"]), 1, "how many are found"))
    op("customers: read", lambda: same(api.get(need(jane, "customers: create unverified")).body["status"], "unverified", "status"))
    op("customers: update", lambda: same(api.post(need(jane, "customers: create unverified"), {"firstName": "Janet"}).body["firstName"], "Janet", "firstName"))
    op("customers: deactivate", lambda: same(api.post(need(jane, "customers: create unverified"), {"status": "deactivated"}).body["status"], "deactivated", "status"))
    op("customers: unknown", lambda: refused(404, lambda: api.get("customers/176878b8-ecdb-469b-a82b-43ba5e8704b2")))
    op("business-classifications: list", lambda: truth(api.get("business-classifications").body["_embedded"]["business-classifications"], "there are none"))
    bank = op("funding-sources: create", lambda: where(need(john, "customers: create verified personal") + "/funding-sources", {"routingNumber": "222222226", "accountNumber": "1234567891", "bankAccountType": "checking", "name": "Checking"}))
    op("funding-sources: list", lambda: truth(api.get(need(john, "customers: create verified personal") + "/funding-sources").body["_embedded"]["funding-sources"], "the bank is missing"))
    op("funding-sources: read", lambda: same(api.get(need(bank, "funding-sources: create")).body["status"], "unverified", "status"))
    op("funding-sources: rename", lambda: same(api.post(need(bank, "funding-sources: create"), {"name": "Savings"}).body["name"], "Savings", "name"))
    op("funding-sources: micro-deposits", lambda: api.post(need(bank, "funding-sources: create") + "/micro-deposits"))
    op("funding-sources: remove", lambda: api.post(need(bank, "funding-sources: create"), {"removed": True}))
    op("events: list", lambda: truth(api.get("events", limit=5).body["_embedded"]["events"], "there are none"))
    hook = op("webhook-subscriptions: create", lambda: where("webhook-subscriptions", {"url": "http://127.0.0.1:9/python", "secret": "sshhhhhhhhhhhhhhhhhh"}))
    op("webhook-subscriptions: remove", lambda: api.delete(need(hook, "webhook-subscriptions: create")))
    op("client-tokens: create", lambda: refused(404, lambda: api.post("client-tokens", {"action": "customer.create"})))
    op("exchange-partners: list", lambda: refused(404, lambda: api.get("exchange-partners")))
    op("sandbox-simulations: create", lambda: refused(404, lambda: api.post("sandbox-simulations")))


main(run)
