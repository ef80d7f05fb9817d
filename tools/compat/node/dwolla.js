// dwolla, the client of Dwolla's API with types, which reads every answer by a schema.
"use strict";
const { url, account, secret, op, need, same, truth, refused, main } = require("./compat");
const { Dwolla } = require("dwolla");

const last = (answer) => (answer.headers.location ?? answer.headers.Location)[0].split("/").pop();
const person = (firstName, email) => ({
  firstName, lastName: "Doe", email, type: "personal", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101", dateOfBirth: "1970-01-01", ssn: "1234",
});

main(async () => {
  const dwolla = new Dwolla({ serverURL: url, security: { clientID: account, clientSecret: secret } });
  await op("root.get", () => dwolla.root.get());
  await op("tokens.create", async () => {
    const made = await dwolla.tokens.create({ basicAuth: "Basic " + Buffer.from(account + ":" + secret).toString("base64") }, { grantType: "client_credentials" });
    truth(JSON.stringify(made).length > 20, "there is no token");
  });
  const jane = await op("customers.create, unverified", async () => last(await dwolla.customers.create({ firstName: "Jane", lastName: "Typed", email: "jane@typed.example", type: "unverified" })));
  const only = await op("customers.create, receive-only", async () => last(await dwolla.customers.create({ firstName: "Rex", lastName: "Typed", email: "rex@typed.example", type: "receive-only" })));
  const john = await op("customers.create, personal", async () => last(await dwolla.customers.create(person("John", "john@typed.example"))));
  const classes = await op("businessClassifications.list", async () => (await dwolla.businessClassifications.list()).embedded.businessClassifications);
  await op("businessClassifications.get", () => dwolla.businessClassifications.get({ id: need(classes, "businessClassifications.list")[0].id }));
  const industry = () => need(classes, "businessClassifications.list")[0].embedded.industryClassifications[0].id;
  const company = await op("customers.create, business", async () =>
    last(await dwolla.customers.create({
      firstName: "Account", lastName: "Admin", email: "corp@typed.example", type: "business", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101",
      controller: { firstName: "John", lastName: "Controller", title: "CEO", dateOfBirth: "1980-01-31", ssn: "1234", address: { address1: "1749 18th st", city: "Des Moines", stateProvinceRegion: "IA", postalCode: "50266", country: "US" } },
      businessClassification: industry(), businessType: "llc", businessName: "Typed llc", ein: "00-0000000",
    })));
  const alone = await op("customers.create, sole proprietor", async () =>
    last(await dwolla.customers.create({
      firstName: "Solo", lastName: "Prop", email: "solo@typed.example", type: "business", dateOfBirth: "1980-01-31", ssn: "6789", address1: "99-99 33rd St", city: "Some City", state: "NY", postalCode: "11101",
      businessClassification: industry(), businessType: "soleProprietorship", businessName: "Solo Prop",
    })));
  for (const [name, id, made] of [["unverified", jane, "unverified"], ["receive-only", only, "receive-only"], ["personal", john, "personal"], ["business", company, "business"], ["sole proprietor", alone, "sole proprietor"]]) {
    await op("customers.get, " + name, () => dwolla.customers.get({ id: need(id, "customers.create, " + made) }));
  }
  await op("customers.list", async () => truth((await dwolla.customers.list({ limit: 10 })).embedded.customers.length >= 5, "some are missing"));
  await op("customers.list, searched", async () => same((await dwolla.customers.list({ search: "Rex" })).embedded.customers.length, 1, "how many are found"));
  await op("customers.update", () => dwolla.customers.update({ id: need(jane, "customers.create, unverified"), requestBody: { firstName: "Janet", lastName: "Typed", email: "jane@typed.example" } }));
  await op("customers.update, deactivate", () => dwolla.customers.update({ id: need(jane, "customers.create, unverified"), requestBody: { status: "deactivated" } }));
  await op("customers.get, unknown", () => refused(404, () => dwolla.customers.get({ id: "176878b8-ecdb-469b-a82b-43ba5e8704b2" })));
  await op("customers.documents.list", () => dwolla.customers.documents.list({ id: need(john, "customers.create, personal") }));
  const owner = await op("customers.beneficialOwners.create", async () =>
    last(await dwolla.customers.beneficialOwners.create({
      id: need(company, "customers.create, business"),
      requestBody: { firstName: "Olga", lastName: "Owner", dateOfBirth: "1980-01-31", ssn: "123456789", address: { address1: "12345 18th st", city: "Des Moines", stateProvinceRegion: "IA", postalCode: "50265", country: "US" } },
    })));
  await op("customers.beneficialOwners.list", () => dwolla.customers.beneficialOwners.list({ id: need(company, "customers.create, business") }));
  await op("beneficialOwners.get", () => dwolla.beneficialOwners.get({ id: need(owner, "customers.beneficialOwners.create") }));
  await op("beneficialOwners.delete", () => dwolla.beneficialOwners.delete({ id: need(owner, "customers.beneficialOwners.create") }));
  await op("customers.beneficialOwnership.get", () => dwolla.customers.beneficialOwnership.get({ id: need(company, "customers.create, business") }));
  await op("customers.beneficialOwnership.certify", () => dwolla.customers.beneficialOwnership.certify({ id: need(company, "customers.create, business"), requestBody: { status: "certified" } }));
  const asked = await op("customers.create, for questions", async () => last(await dwolla.customers.create(person("kba", "kba@typed.example"))));
  await op("customers.kba.initiate", () => dwolla.customers.kba.initiate({ id: need(asked, "customers.create, for questions") }));
  await op("kba.getQuestions", () => dwolla.kba.getQuestions({ id: need(asked, "customers.create, for questions") }));
  const bank = await op("customers.fundingSources.create", async () =>
    last(await dwolla.customers.fundingSources.create({ id: need(john, "customers.create, personal"), createCustomerFundingSource: { routingNumber: "222222226", accountNumber: "1234567890", bankAccountType: "checking", name: "Typed" } })));
  await op("customers.fundingSources.list", () => dwolla.customers.fundingSources.list({ id: need(john, "customers.create, personal") }));
  await op("fundingSources.get", () => dwolla.fundingSources.get({ id: need(bank, "customers.fundingSources.create") }));
  await op("fundingSources.updateOrRemove", () => dwolla.fundingSources.updateOrRemove({ id: need(bank, "customers.fundingSources.create"), requestBody: { name: "Renamed" } }));
  await op("fundingSources.microDeposits.initiate", () => dwolla.fundingSources.microDeposits.initiate({ id: need(bank, "customers.fundingSources.create") }));
  await op("fundingSources.microDeposits.get", () => dwolla.fundingSources.microDeposits.get({ id: need(bank, "customers.fundingSources.create") }));
  await op("fundingSources.microDeposits.verify", () =>
    dwolla.fundingSources.microDeposits.verify({ id: need(bank, "customers.fundingSources.create"), requestBody: { amount1: { value: "0.03", currency: "USD" }, amount2: { value: "0.09", currency: "USD" } } }));
  await op("customers.transfers.list", () => dwolla.customers.transfers.list({ id: need(john, "customers.create, personal") }));
  await op("customers.massPayments.list", () => dwolla.customers.massPayments.list({ id: need(john, "customers.create, personal") }));
  await op("customers.labels.list", () => dwolla.customers.labels.list({ id: need(john, "customers.create, personal") }));
  await op("exchangePartners.list", () => dwolla.exchangePartners.list());
  const events = await op("events.list", async () => (await dwolla.events.list({ limit: 5 })).embedded.events);
  await op("events.get", () => dwolla.events.get({ id: need(events, "events.list")[0].id }));
  const hook = await op("webhookSubscriptions.create", async () => last(await dwolla.webhookSubscriptions.create({ url: "http://127.0.0.1:9/typed", secret: "sshhhhhhhhhhhhhhhhhh" })));
  await op("webhookSubscriptions.list", () => dwolla.webhookSubscriptions.list());
  await op("webhookSubscriptions.get", () => dwolla.webhookSubscriptions.get({ id: need(hook, "webhookSubscriptions.create") }));
  await op("webhookSubscriptions.delete", () => dwolla.webhookSubscriptions.delete({ id: need(hook, "webhookSubscriptions.create") }));
});
