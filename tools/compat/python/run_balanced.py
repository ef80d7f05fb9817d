"""balanced 0.11, the client of the Balanced API, version 1, ported by port_balanced.py."""
import balanced

from compat import SECRET, URL, main, need, op, same, truth

balanced.config.root_uri = URL
balanced.configure(SECRET)


def refused(status, run):
    try:
        value = run()
    except balanced.exc.HTTPError as error:
        same(error.status_code, status, "the status")
        return
    raise AssertionError("was done, and should be refused with %d: %r" % (status, value))


def run():
    market = op("Marketplace.my_marketplace", lambda: balanced.Marketplace.my_marketplace)
    customer = op("Customer.save, new", lambda: balanced.Customer(name="William Henry Cavendish III", email="william@python.example", meta={"region": "west"}).save())
    op("Customer.find", lambda: same(balanced.Customer.find(need(customer, "Customer.save, new").uri).name, "William Henry Cavendish III", "name"))
    op("Customer.query", lambda: truth(balanced.Customer.query.count() > 0, "there are none"))
    op("Customer.query.filter", lambda: same(balanced.Customer.query.filter(email="william@python.example").one().id, need(customer, "Customer.save, new").id, "id"))

    def change():
        read = balanced.Customer.find(need(customer, "Customer.save, new").uri)
        read.meta = {"region": "east"}
        read.save()
        same(balanced.Customer.find(read.uri).meta, {"region": "east"}, "meta")

    op("Customer.save, changed", change)
    op("Customer.save, refused", lambda: refused(400, lambda: balanced.Customer(email="nobody").save()))
    card = op("Marketplace.create_card", lambda: need(market, "Marketplace.my_marketplace").create_card("Benny Riemann", "4111111111111111", 12, 2035, security_code="123"))
    op("Customer.add_card", lambda: need(customer, "Customer.save, new").add_card(need(card, "Marketplace.create_card")))
    op("Customer.active_card", lambda: same(balanced.Customer.find(need(customer, "Customer.save, new").uri).active_card.id, need(card, "Marketplace.create_card").id, "id"))
    op("Card.find", lambda: same(balanced.Card.find(need(card, "Marketplace.create_card").uri).last_four, "1111", "last_four"))
    bank = op("Marketplace.create_bank_account", lambda: need(market, "Marketplace.my_marketplace").create_bank_account("Galileo Galilei", "112233a", "121042882"))
    op("BankAccount.save, new", lambda: balanced.BankAccount(name="Gottfried Leibniz", account_number="3819372930", routing_number="121042882", account_type="checking").save())
    op("Customer.add_bank_account", lambda: need(customer, "Customer.save, new").add_bank_account(need(bank, "Marketplace.create_bank_account")))
    op("Customer.active_bank_account", lambda: same(balanced.Customer.find(need(customer, "Customer.save, new").uri).active_bank_account.id, need(bank, "Marketplace.create_bank_account").id, "id"))
    op("BankAccount.find", lambda: balanced.BankAccount.find(need(bank, "Marketplace.create_bank_account").uri))
    verification = op("BankAccount.verify", lambda: balanced.BankAccount.find(need(bank, "Marketplace.create_bank_account").uri).verify())
    op("BankAccountVerification.confirm", lambda: same(need(verification, "BankAccount.verify").confirm(1, 1).state, "verified", "state"))
    for name in ("credits", "debits", "holds", "refunds", "transactions"):
        op("Customer." + name, lambda name=name: same(getattr(balanced.Customer.find(need(customer, "Customer.save, new").uri), name).all(), [], name))
    op("Customer.debit", lambda: need(customer, "Customer.save, new").debit(1000))

    def delete():
        gone = balanced.Customer(name="Soon Gone").save()
        gone.delete()
        refused(404, lambda: balanced.Customer.find(gone.uri))

    op("Customer.delete", delete)


main(run)
