// @straddlecom/straddle, the client of Straddle's API.
"use strict";
const { url, account, secret, op, need, same, truth, refused, main } = require("./compat");
const { Straddle } = require("@straddlecom/straddle");

// accounts are named by the id in the form of a UUID.
const accountUUID = account.replace(/^(.{8})(.{4})(.{12})$/, "$1-$2-8000-8000-$3");
const device = { ip_address: "192.168.1.1" };
const ron = (email, extra) => ({ name: "Ron Swanson", type: "individual", email, phone: "+12128675309", device, ...extra });

main(async () => {
  const client = new Straddle({ apiKey: secret, baseURL: url + "/straddle", maxRetries: 0 });
  const made = await op("customers.create, individual", async () => {
    const answer = await client.customers.create(ron("ron@pawnee.example", {
      external_id: "ext-1", metadata: { region: "west" },
      address: { address1: "123 Main St", city: "Anytown", state: "CA", zip: "12345" }, compliance_profile: { dob: "1969-12-29", ssn: "123-45-6789" },
    }));
    same(answer.data.metadata, { region: "west" }, "metadata");
    return answer.data;
  });
  const company = await op("customers.create, business", async () =>
    (await client.customers.create({ name: "Pawnee Corp", type: "business", email: "corp@pawnee.example", phone: "+12128675310", device, compliance_profile: { ein: "12-3456789", legal_business_name: "Pawnee Corp LLC" } })).data);
  await op("customers.create, metadata with spaces and accents in a key", async () =>
    same((await client.customers.create(ron("meta@pawnee.example", { metadata: { "Région d'été": "ouest" } }))).data.metadata, { "Région d'été": "ouest" }, "metadata"));
  await op("customers.create, e-mail taken", () => refused(422, () => client.customers.create(ron("ron@pawnee.example"))));
  await op("customers.create, invalid", () => refused(422, () => client.customers.create(ron("nobody"))));
  const held = await op("customers.create, outcome of the sandbox", async () => {
    const answer = await client.customers.create(ron("review@pawnee.example", { config: { sandbox_outcome: "review" } }));
    same(answer.data.status, "review", "status");
    return answer.data;
  });
  await op("customers.create for an account", () => client.customers.create(ron("acct@pawnee.example", { "Straddle-Account-Id": accountUUID })));
  await op("customers.get", async () => same((await client.customers.get(need(made, "customers.create, individual").id)).data.email, "ron@pawnee.example", "email"));
  await op("customers.get, unknown", () => refused(404, () => client.customers.get("182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")));
  await op("customers.list", async () => truth((await client.customers.list({ page_size: 2 })).data.length === 2, "the page is not full"));
  await op("customers.list, all pages", async () => {
    let n = 0;
    for await (const _ of client.customers.list({ page_size: 2 })) n++;
    truth(n >= 4, "pages end early");
  });
  await op("customers.list, page_size and page_number 0", () => client.customers.list({ page_size: 0, page_number: 0 }));
  for (const [name, filter] of [
    ["by email", { email: "ron@pawnee.example" }], ["by external_id", { external_id: "ext-1" }], ["by name", { name: "Ron" }], ["by status", { status: ["verified"] }],
    ["by types", { types: ["business"] }], ["by search_text", { search_text: "swanson" }], ["sorted", { sort_by: "created_at", sort_order: "desc" }], ["created in a range", { created_from: "2015-01-01T00:00:00Z" }],
  ]) {
    await op("customers.list, " + name, async () => truth((await client.customers.list(filter)).data.length > 0, "nothing is found"));
  }
  const put = (extra) => client.customers.update(need(made, "customers.create, individual").id, { name: "Ron Swanson", email: "ron@pawnee.example", phone: "+12128675309", device, status: "verified", ...extra });
  await op("customers.update", async () => same((await put({ name: "Ronald Swanson" })).data.name, "Ronald Swanson", "name"));
  await op("customers.update, status pending", () => put({ status: "pending" }));
  await op("customers.update, status inactive", async () => same((await put({ status: "inactive" })).data.status, "inactive", "status"));
  await op("customers.update, status pending again", () => put({ status: "pending" }));
  await op("customers.unmasked", async () => same((await client.customers.unmasked(need(made, "customers.create, individual").id)).data.compliance_profile.ssn, "123-45-6789", "ssn"));
  await op("customers.review.get", async () => truth((await client.customers.review.get(need(made, "customers.create, individual").id)).data.customer_details, "there are no details"));
  await op("customers.review.decision", async () => same((await client.customers.review.decision(need(held, "customers.create, outcome of the sandbox").id, { status: "verified" })).data.status, "verified", "status"));
  await op("customers.refreshReview", () => client.customers.refreshReview ? client.customers.refreshReview(need(made, "customers.create, individual").id) : client.put(`/v1/customers/${need(made, "customers.create, individual").id}/refresh_review`));
  await op("reports.createTotalCustomersByStatus", () => client.reports.createTotalCustomersByStatus());

  await op("bridge.initialize", () => client.bridge.initialize({ customer_id: need(made, "customers.create, individual").id }));
  const paykey = await op("bridge.link.bankAccount", async () =>
    (await client.bridge.link.bankAccount({ customer_id: need(company, "customers.create, business").id, account_number: "123456789", routing_number: "021000021", account_type: "checking" })).data);
  await op("paykeys.list", () => client.paykeys.list());
  await op("paykeys.get", () => client.paykeys.get(need(paykey, "bridge.link.bankAccount").id));
  await op("paykeys.unmasked", () => client.paykeys.unmasked(need(paykey, "bridge.link.bankAccount").id));
  await op("paykeys.reveal", () => client.paykeys.reveal(need(paykey, "bridge.link.bankAccount").id));
  await op("paykeys.cancel", async () => same((await client.paykeys.cancel(need(paykey, "bridge.link.bankAccount").id)).data.status, "inactive", "status"));
  await op("charges.create", () =>
    client.charges.create({ amount: 10000, config: { balance_check: "required" }, consent_type: "internet", currency: "USD", description: "Fee", device, external_id: "c-1", paykey: "paykey", payment_date: "2030-12-27" }));
  await op("payments.list", () => client.payments.list());
  const gone = await op("customers.create, another", async () => (await client.customers.create(ron("gone@pawnee.example"))).data);
  await op("customers.delete", async () => {
    await client.customers.delete(need(gone, "customers.create, another").id);
    await refused(404, () => client.customers.get(gone.id));
  });
});
