// balanced-official 1.4.0, the client of the Balanced API, version 1.1.
"use strict";
const { url, secret, op, main } = require("./compat");
process.env.BALANCED_ROOT = url;
const balanced = require("balanced-official");
balanced.configure(secret);

const waited = (promise) => Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error("no answer that it can read")), 3000).unref())]);

main(async () => {
  await op("marketplace", () => waited(balanced.get("/marketplaces")));
  await op("customer.create", () => waited(balanced.marketplace.customers.create({ name: "Ada" })));
  await op("customers", () => waited(balanced.get("/customers")));
});
