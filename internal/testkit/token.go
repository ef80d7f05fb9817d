package testkit

const (
	CardNumber   = "4242424242424242"
	SecurityCode = "7391"
	BankNumber   = "000918273645"
	CardBody     = `{"card":{"nameOnCard":"Mira Okafor","cardNumber":"` + CardNumber + `","securityCode":"` + SecurityCode + `","expirationMonth":"12","expirationYear":2030}}`
	BankBody     = `{"bank":{"nameOnAccount":"Mira Okafor","routingNumber":"110000000","accountNumber":"` + BankNumber + `"}}`
)
