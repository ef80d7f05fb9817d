"""DwollaSwagger, the client that was generated from the description of Dwolla's API."""
import dwollav2
import dwollaswagger

from compat import ACCOUNT, SECRET, URL, main, need, op, refused, same, truth

dwollav2.Client.ENVIRONMENTS["sandbox"].update(api_url=URL, token_url=URL + "/token")  # this client makes no tokens itself


def run():
    dwollaswagger.configuration.access_token = dwollav2.Client(key=ACCOUNT, secret=SECRET, environment="sandbox").Auth.client().access_token
    client = dwollaswagger.ApiClient(URL)
    client.set_default_header("Accept", "application/vnd.dwolla.v1.hal+json")
    customers = dwollaswagger.CustomersApi(client)
    funding = dwollaswagger.FundingsourcesApi(client)
    hooks = dwollaswagger.WebhooksubscriptionsApi(client)
    op("RootApi.root", lambda: dwollaswagger.RootApi(client).root())
    jane = op("CustomersApi.create", lambda: customers.create(body={"firstName": "Jane", "lastName": "Swagger", "email": "jane@swagger.example"}))
    john = op("CustomersApi.create, personal", lambda: customers.create(body={
        "firstName": "John", "lastName": "Swagger", "email": "john@swagger.example", "type": "personal", "address1": "99-99 33rd St", "city": "Some City",
        "state": "NY", "postalCode": "11101", "dateOfBirth": "1970-01-01", "ssn": "1234"}))
    op("CustomersApi.create, invalid", lambda: refused(400, lambda: customers.create(body={"firstName": "", "email": "nobody"})))
    op("CustomersApi.list", lambda: truth(len(customers.list(limit=10)._embedded["customers"]) >= 2, "some are missing"))
    op("CustomersApi.get_customer", lambda: same(customers.get_customer(need(jane, "CustomersApi.create")).first_name, "Jane", "first_name"))
    op("CustomersApi.update_customer", lambda: customers.update_customer(need(jane, "CustomersApi.create"), body={"firstName": "Janet", "lastName": "Swagger", "email": "jane@swagger.example"}))
    op("CustomersApi.get_customer_documents", lambda: customers.get_customer_documents(need(john, "CustomersApi.create, personal")))
    op("BusinessclassificationsApi.list", lambda: dwollaswagger.BusinessclassificationsApi(client).list())
    bank = op("FundingsourcesApi.create_customer_funding_source", lambda: funding.create_customer_funding_source(need(john, "CustomersApi.create, personal"), body={
        "routingNumber": "222222226", "accountNumber": "1234567892", "type": "checking", "name": "Checking"}))
    op("FundingsourcesApi.get_customer_funding_sources", lambda: funding.get_customer_funding_sources(need(john, "CustomersApi.create, personal")))
    op("FundingsourcesApi.id", lambda: funding.id(need(bank, "FundingsourcesApi.create_customer_funding_source")))
    op("FundingsourcesApi.micro_deposits", lambda: funding.micro_deposits(need(bank, "FundingsourcesApi.create_customer_funding_source")))
    op("FundingsourcesApi.soft_delete", lambda: funding.soft_delete(need(bank, "FundingsourcesApi.create_customer_funding_source"), body={"removed": True}))
    op("EventsApi.events", lambda: dwollaswagger.EventsApi(client).events(limit=5))
    hook = op("WebhooksubscriptionsApi.create", lambda: hooks.create(body={"url": "http://127.0.0.1:9/swagger", "secret": "sshhhhhhhhhhhhhhhhhh"}))
    op("WebhooksubscriptionsApi.list", lambda: hooks.list())
    op("WebhooksubscriptionsApi.id", lambda: hooks.id(need(hook, "WebhooksubscriptionsApi.create")))
    op("WebhooksubscriptionsApi.delete_by_id", lambda: hooks.delete_by_id(need(hook, "WebhooksubscriptionsApi.create")))


main(run)
