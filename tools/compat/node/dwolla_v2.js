// dwolla-v2, the client of Dwolla's API that takes paths.
"use strict";
const { url, account, secret, publishable, op, need, same, truth, refused, main } = require("./compat");
const { Client } = require("dwolla-v2");

const client = (key) => {
  const made = new Client({ key, secret, environment: "sandbox" });
  made.apiUrl = url;
  made.tokenUrl = url + "/token";
  return made;
};
const where = (answer) => answer.headers.get("location");
const business = (name, email) => ({
  firstName: "Account", lastName: "Admin", email, type: "business", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101",
  controller: {
    firstName: "John", lastName: "Controller", title: "CEO", dateOfBirth: "1980-01-31", ssn: "1234",
    address: { address1: "1749 18th st", address2: "apt 12", city: "Des Moines", stateProvinceRegion: "IA", postalCode: "50266", country: "US" },
  },
  businessClassification: "", businessType: "llc", businessName: name, ein: "00-0000000",
});

main(async () => {
  const dwolla = client(account);
  await op("token, by the publishable key", () => client(publishable).get("/"));
  await op("root", async () => truth((await dwolla.get("/")).body._links.customers, "it has no link to customers"));
  const jane = await op("customers: create unverified", async () => where(await dwolla.post("customers", { firstName: "Jane", lastName: "Merchant", email: "jane@merchant.example" })));
  await op("customers: create receive-only", () => dwolla.post("customers", { firstName: "Rex", lastName: "Only", email: "rex@merchant.example", type: "receive-only" }));
  await op("customers: create, e-mail taken", () => refused(400, () => dwolla.post("customers", { firstName: "Jane", lastName: "Merchant", email: "jane@merchant.example" })));
  await op("customers: create, invalid", () => refused(400, () => dwolla.post("customers", { firstName: "", lastName: "Merchant", email: "nobody" })));
  const personal = await op("customers: create verified personal", async () =>
    where(await dwolla.post("customers", {
      firstName: "John", lastName: "Doe", email: "john@doe.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
    })));
  const classifications = await op("business-classifications: list", async () => (await dwolla.get("business-classifications")).body._embedded["business-classifications"]);
  await op("business-classifications: read", async () => same((await dwolla.get("business-classifications/" + need(classifications, "business-classifications: list")[0].id)).body.id, classifications[0].id, "id"));
  const company = await op("customers: create verified business", async () => {
    const body = business("Jane Corp llc", "jane@corp.example");
    body.businessClassification = need(classifications, "business-classifications: list")[0]._embedded["industry-classifications"][0].id;
    return where(await dwolla.post("customers", body));
  });
  await op("customers: list", async () => truth((await dwolla.get("customers", { limit: 10, offset: 0 })).body._embedded.customers.length > 2, "some are missing"));
  await op("customers: search", async () => same((await dwolla.get("customers", { search: "Merchant" })).body._embedded.customers.length, 2, "how many are found"));
  await op("customers: by e-mail", async () => same((await dwolla.get("customers", { email: "john@doe.example" })).body.total, 1, "total"));
  await op("customers: by status", async () => truth((await dwolla.get("customers", { status: "verified" })).body.total > 0, "none is verified"));
  await op("customers: read", async () => same((await dwolla.get(need(jane, "customers: create unverified"))).body.status, "unverified", "status"));
  await op("customers: update", async () => same((await dwolla.post(need(jane, "customers: create unverified"), { firstName: "Janet" })).body.firstName, "Janet", "firstName"));
  await op("customers: upgrade", async () =>
    same((await dwolla.post(need(jane, "customers: create unverified"), {
      firstName: "Jane", lastName: "Merchant", email: "jane@merchant.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
    })).body.status, "verified", "status"));
  const retried = await op("customers: create for retry", async () =>
    where(await dwolla.post("customers", {
      firstName: "retry", lastName: "Doe", email: "retry@doe.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
    })));
  await op("customers: retry", async () => {
    same((await dwolla.get(need(retried, "customers: create for retry"))).body.status, "retry", "status before");
    same((await dwolla.post(retried, {
      firstName: "Rita", lastName: "Doe", email: "retry@doe.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "123-45-6789",
    })).body.status, "verified", "status");
  });
  await op("customers: deactivate and reactivate", async () => {
    same((await dwolla.post(need(jane, "customers: create unverified"), { status: "deactivated" })).body.status, "deactivated", "status");
    await dwolla.post(jane, { status: "reactivated" });
  });
  await op("customers: unknown", () => refused(404, () => dwolla.get("customers/176878b8-ecdb-469b-a82b-43ba5e8704b2")));

  const asks = await op("customers: create for documents", async () =>
    where(await dwolla.post("customers", {
      firstName: "document", lastName: "Doe", email: "document@doe.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
    })));
  await op("documents: create, list, read", async () => {
    const form = new FormData();
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    form.append("documentType", "license");
    form.append("file", new Blob([png], { type: "image/png" }), "scan.png");
    const token = (await dwolla.auth.client()).access_token;
    const answer = await fetch(need(asks, "customers: create for documents") + "/documents", { method: "POST", body: form, headers: { Authorization: "Bearer " + token, Accept: "application/vnd.dwolla.v1.hal+json" } });
    same(answer.status, 201, "the status");
    const list = (await dwolla.get(asks + "/documents")).body;
    same(list.total, 1, "total");
    same((await dwolla.get(answer.headers.get("location"))).body.type, "license", "type");
  });
  const owner = await op("beneficial-owners: create", async () =>
    where(await dwolla.post(need(company, "customers: create verified business") + "/beneficial-owners", {
      firstName: "Olga", lastName: "Owner", dateOfBirth: "1980-01-31", ssn: "123456789",
      address: { address1: "12345 18th st", address2: "Apt 12", city: "Des Moines", stateProvinceRegion: "IA", postalCode: "50265", country: "US" },
    })));
  await op("beneficial-owners: list and read", async () => {
    same((await dwolla.get(need(company, "customers: create verified business") + "/beneficial-owners")).body.total, 1, "total");
    same((await dwolla.get(need(owner, "beneficial-owners: create"))).body.firstName, "Olga", "firstName");
  });
  await op("beneficial-owners: remove", () => dwolla.delete(need(owner, "beneficial-owners: create")));
  await op("beneficial-ownership: certify", async () => {
    const path = need(company, "customers: create verified business") + "/beneficial-ownership";
    await dwolla.get(path);
    same((await dwolla.post(path, { status: "certified" })).body.status, "certified", "status");
  });
  const kba = await op("kba: initiate and read", async () => {
    const asked = where(await dwolla.post("customers", {
      firstName: "kba", lastName: "Doe", email: "kba@doe.example", type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
    }));
    const at = where(await dwolla.post(asked + "/kba"));
    return { at, questions: (await dwolla.get(at)).body.questions };
  });
  await op("kba: answer", () => dwolla.post(need(kba, "kba: initiate and read").at, { answers: kba.questions.map((q) => ({ questionId: q.id, answerId: q.answers[q.answers.length - 1].id })) }));

  const bank = await op("funding-sources: create", async () =>
    where(await dwolla.post(need(personal, "customers: create verified personal") + "/funding-sources", { routingNumber: "222222226", accountNumber: "123456789", bankAccountType: "checking", name: "John Doe - Checking" })));
  await op("funding-sources: list", async () => truth((await dwolla.get(need(personal, "customers: create verified personal") + "/funding-sources")).body._embedded["funding-sources"].length >= 1, "the bank is missing"));
  await op("funding-sources: read", async () => same((await dwolla.get(need(bank, "funding-sources: create"))).body.status, "unverified", "status"));
  await op("funding-sources: rename", async () => same((await dwolla.post(need(bank, "funding-sources: create"), { name: "Savings of John" })).body.name, "Savings of John", "name"));
  await op("funding-sources: initiate micro-deposits", () => dwolla.post(need(bank, "funding-sources: create") + "/micro-deposits"));
  await op("funding-sources: verify micro-deposits", () =>
    dwolla.post(need(bank, "funding-sources: create") + "/micro-deposits", { amount1: { value: "0.03", currency: "USD" }, amount2: { value: "0.09", currency: "USD" } }));
  await op("funding-sources: remove", () => dwolla.post(need(bank, "funding-sources: create"), { removed: true }));

  await op("transfers, mass payments: list of a customer", async () => {
    same((await dwolla.get(need(personal, "customers: create verified personal") + "/transfers")).body._embedded.transfers, [], "transfers");
    await dwolla.get(personal + "/mass-payments");
  });
  await op("transfers: create", () => dwolla.post("transfers", { amount: { currency: "USD", value: "1.00" } }));
  await op("labels: list", () => dwolla.get(need(personal, "customers: create verified personal") + "/labels"));
  const events = await op("events: list", async () => {
    const list = (await dwolla.get("events", { limit: 5 })).body._embedded.events;
    truth(list.length > 0, "there are none");
    return list;
  });
  await op("events: read", async () => same((await dwolla.get(need(events, "events: list")[0]._links.self.href)).body.id, events[0].id, "id"));
  const subscription = await op("webhook-subscriptions: create", async () => where(await dwolla.post("webhook-subscriptions", { url: "http://127.0.0.1:9/hooks", secret: "sshhhhhhhhhhhhhhhhhh" })));
  await op("webhook-subscriptions: list, read, pause", async () => {
    truth((await dwolla.get("webhook-subscriptions")).body._embedded["webhook-subscriptions"].length > 0, "there are none");
    await dwolla.get(need(subscription, "webhook-subscriptions: create"));
    same((await dwolla.post(subscription, { paused: true })).body.paused, true, "paused");
    await dwolla.get(subscription + "/webhooks");
  });
  await op("webhook-subscriptions: remove", () => dwolla.delete(need(subscription, "webhook-subscriptions: create")));
});
