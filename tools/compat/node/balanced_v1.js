// balanced-official 0.3.3, the client of the Balanced API, version 1.
"use strict";
const { url, secret, op, need, same, truth, refused, main } = require("./compat");
const at = new URL(url);
Object.assign(process.env, { BALANCED_DEBUG: "1", BALANCED_DEBUG_HOST: at.hostname, BALANCED_DEBUG_PORT: at.port, BALANCED_DEBUG_NO_HTTPS: "1" });
console.log = () => {}; // in this mode it prints the key
const Balanced = require("balanced-official-v1");

const call = (object, method, ...args) =>
  new Promise((done, fail) => object[method](...args, (error, value) => (error ? fail(error) : done(value))));

main(async () => {
  const marketplace = await op("marketplace of the key", async () => {
    const answer = await fetch(url + "/v1/marketplaces", { headers: { Authorization: "Basic " + Buffer.from(secret + ":").toString("base64") } });
    const list = await answer.json();
    return list.items[0].uri;
  });
  if (marketplace === undefined) return;
  const api = new Balanced({ marketplace_uri: marketplace, secret });

  await op("Marketplaces.get", async () => truth((await call(api.Marketplaces, "get")).customers_uri, "customers_uri is missing"));
  const customer = await op("Customers.create", () =>
    call(api.Customers, "create", { name: "William Henry Cavendish III", email: "william@cavendish.example", meta: { region: "west" }, address: { line1: "167 West 74th Street", postal_code: "10023" } }));
  await op("Customers.get", async () => same((await call(api.Customers, "get", need(customer, "Customers.create").uri)).name, "William Henry Cavendish III", "name"));
  await op("Customers.list", async () => truth((await call(api.Customers, "list", { limit: 5, offset: 0 })).items.length > 0, "the list is empty"));
  await op("Customers.update", async () => same((await call(api.Customers, "update", need(customer, "Customers.create").uri, { meta: { region: "east" } })).meta, { region: "east" }, "meta"));
  await op("Customers.update with what was read", async () => {
    const read = await call(api.Customers, "get", need(customer, "Customers.create").uri);
    same((await call(api.Customers, "update", read.uri, read)).name, read.name, "name");
  });
  await op("Customers.create, refused", () => refused(400, () => call(api.Customers, "create", { email: "nobody" })));

  const card = await op("Cards.create", () => call(api.Cards, "create", { card_number: "4111111111111111", expiration_year: 2035, expiration_month: 12, security_code: "123" }));
  await op("Cards.get", async () => same((await call(api.Cards, "get", need(card, "Cards.create").uri)).last_four, "1111", "last_four"));
  await op("Customers.addCard", () => call(api.Customers, "addCard", need(customer, "Customers.create").uri, need(card, "Cards.create").uri));
  await op("Customers.getCards", async () => truth((await call(api.Customers, "getCards", need(customer, "Customers.create").uri)).items.length === 1, "the card is not in the list"));
  await op("Cards.list", async () => truth((await call(api.Cards, "list", { limit: 5 })).items.length > 0, "the list is empty"));
  await op("Cards.update", async () => same((await call(api.Cards, "update", need(card, "Cards.create").uri, { meta: { shelf: "2" } })).meta, { shelf: "2" }, "meta"));
  await op("Cards.invalidate", async () => same((await call(api.Cards, "invalidate", need(card, "Cards.create").uri)).is_valid, false, "is_valid"));
  const spare = await op("Cards.create, another", () => call(api.Cards, "create", { card_number: "5105105105105100", expiration_year: 2035, expiration_month: 12 }));
  await op("Cards.delete", () => call(api.Cards, "delete", need(spare, "Cards.create, another").uri));

  const bank = await op("BankAccounts.create", () => call(api.BankAccounts, "create", { name: "Johann Bernoulli", routing_number: "021000021", account_number: "9900000001", type: "checking" }));
  await op("BankAccounts.get", async () => same((await call(api.BankAccounts, "get", need(bank, "BankAccounts.create").uri)).name, "Johann Bernoulli", "name"));
  await op("BankAccounts.create, mask of the number", async () => same(need(bank, "BankAccounts.create").account_number, "xxxxxx0001", "account_number"));
  await op("BankAccounts.create, members of a marketplace's", async () => same(need(bank, "BankAccounts.create").last_four, "0001", "last_four"));
  await op("Customers.addBankAccount", () => call(api.Customers, "addBankAccount", need(customer, "Customers.create").uri, need(bank, "BankAccounts.create").uri));
  await op("BankAccounts.list", async () => truth((await call(api.BankAccounts, "list", { limit: 5 })).items.length > 0, "the list is empty"));
  await op("BankAccounts.update", () => call(api.BankAccounts, "update", need(bank, "BankAccounts.create").uri, { meta: { ledger: "A" } }));
  const verification = await op("BankAccounts.verify", async () => {
    const read = await call(api.BankAccounts, "get", need(bank, "BankAccounts.create").uri);
    truth(read.verifications_uri, "verifications_uri is missing");
    return call(api.BankAccounts, "verify", read.verifications_uri);
  });
  await op("BankAccounts.verification", () => call(api.BankAccounts, "verification", need(verification, "BankAccounts.verify").uri));
  await op("BankAccounts.confirm, wrong amounts", () => refused(409, () => call(api.BankAccounts, "confirm", need(verification, "BankAccounts.verify").uri, 12, 13)));
  await op("BankAccounts.confirm", async () => same((await call(api.BankAccounts, "confirm", need(verification, "BankAccounts.verify").uri, 1, 1)).state, "verified", "state"));
  for (const number of ["121000359", "321174811"]) {
    await op(`BankAccounts.create, routing number ${number} of the vendor's suite`, () => call(api.BankAccounts, "create", { name: "Johann Bernoulli", routing_number: number, account_number: "9900000002", type: "checking" }));
  }
  const lettered = await op("BankAccounts.create, letters in the number", () => call(api.BankAccounts, "create", { name: "Johann Bernoulli", routing_number: "021000021", account_number: "112233a", type: "checking" }));
  await op("BankAccounts.delete", () => call(api.BankAccounts, "delete", need(lettered, "BankAccounts.create, letters in the number").uri));

  for (const [name, of] of [["Credits.list", "Credits"], ["Debits.list", "Debits"], ["Holds.list", "Holds"], ["Refunds.list", "Refunds"]]) {
    await op(name + " of a customer", async () => {
      const narrowed = api.Customers.balanced(need(customer, "Customers.create"));
      truth(Array.isArray((await call(narrowed[of], "list", { limit: 5 })).items), "there are no items");
    });
  }
  await op("Debits.create", () => call(api.Customers.balanced(need(customer, "Customers.create")).Debits, "create", { amount: 1000 }));
  const gone = await op("Customers.create, another", () => call(api.Customers, "create", { name: "Soon Gone" }));
  await op("Customers.destroy", async () => {
    await call(api.Customers, "destroy", need(gone, "Customers.create, another").uri);
    await refused(404, () => call(api.Customers, "get", gone.uri));
  });
});
