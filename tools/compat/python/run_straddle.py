"""straddle, the client of Straddle's API."""
from straddle import StraddleAPI

from compat import ACCOUNT, SECRET, URL, main, need, op, refused, same, truth

ACCOUNT_UUID = "-".join((ACCOUNT[:8], ACCOUNT[8:12], "8000", "8000", ACCOUNT[12:]))  # accounts are named by their id in this form
DEVICE = {"ip_address": "192.168.1.1"}


def run():
    client = StraddleAPI(bearer=SECRET, base_url=URL + "/straddle", max_retries=0)
    base = dict(name="Ron Swanson", type="individual", phone="+12128675309", device=DEVICE)
    made = op("customers.create", lambda: client.customers.create(**base, email="ron@python.example", external_id="py-1", metadata={"region": "west"}).data)
    company = op("customers.create, business", lambda: client.customers.create(
        name="Pawnee Corp", type="business", email="corp@python.example", phone="+12128675310", device=DEVICE,
        compliance_profile={"ein": "12-3456789", "legal_business_name": "Pawnee Corp LLC"}).data)
    op("customers.create, metadata with spaces in a key", lambda: same(
        client.customers.create(**base, email="meta@python.example", metadata={"home region": "west"}).data.metadata, {"home region": "west"}, "metadata"))
    op("customers.create, e-mail taken", lambda: refused(422, lambda: client.customers.create(**base, email="ron@python.example")))
    op("customers.create, invalid", lambda: refused(422, lambda: client.customers.create(**base, email="nobody")))
    op("customers.create for an account", lambda: client.customers.create(**base, email="acct@python.example", straddle_account_id=ACCOUNT_UUID))
    op("customers.retrieve", lambda: same(client.customers.retrieve(need(made, "customers.create").id).data.email, "ron@python.example", "email"))
    op("customers.list", lambda: truth(len(list(client.customers.list(page_size=100))) >= 3, "some are missing"))
    op("customers.list, page_size and page_number 0", lambda: client.customers.list(page_size=0, page_number=0))
    op("customers.list, by status and type", lambda: client.customers.list(status=["verified"], types=["individual"], sort_by="name", sort_order="asc"))
    put = lambda **more: client.customers.update(need(made, "customers.create").id, **dict(dict(name="Ron Swanson", email="ron@python.example", phone="+12128675309", device=DEVICE, status="verified"), **more))
    op("customers.update", lambda: same(put(name="Ronald Swanson").data.name, "Ronald Swanson", "name"))
    op("customers.update, status pending", lambda: put(status="pending"))
    op("customers.list_unmasked", lambda: client.customers.list_unmasked(need(made, "customers.create").id))
    op("customers.refresh_review", lambda: client.customers.refresh_review(need(made, "customers.create").id))
    op("customers.review.list", lambda: truth(client.customers.review.list(need(made, "customers.create").id).data, "there is no review"))
    held = op("customers.create, outcome of the sandbox", lambda: client.customers.create(**base, email="review@python.example", config={"sandbox_outcome": "review"}).data)
    op("customers.review.set_verification_decision", lambda: client.customers.review.set_verification_decision(need(held, "customers.create, outcome of the sandbox").id, status="verified"))
    paykey = op("bridge.create_bank_account_paykey", lambda: client.bridge.create_bank_account_paykey(
        customer_id=need(company, "customers.create, business").id, account_number="123456789", routing_number="021000021", account_type="checking").data)
    op("bridge.create_token", lambda: client.bridge.create_token(customer_id=need(made, "customers.create").id))
    op("paykeys.list", lambda: client.paykeys.list())
    op("paykeys.retrieve", lambda: client.paykeys.retrieve(need(paykey, "bridge.create_bank_account_paykey").id))
    op("paykeys.reveal", lambda: client.paykeys.reveal(need(paykey, "bridge.create_bank_account_paykey").id))
    op("paykeys.cancel", lambda: client.paykeys.cancel(need(paykey, "bridge.create_bank_account_paykey").id))
    op("payments.list", lambda: client.payments.list())

    def delete():
        gone = client.customers.create(**base, email="gone@python.example").data
        client.customers.delete(gone.id)
        refused(404, lambda: client.customers.retrieve(gone.id))

    op("customers.delete", delete)


main(run)
