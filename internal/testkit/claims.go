package testkit

// One is a minimal customer with more members.
func One(more string) string {
	return `{"name":"N","email":"n@example.com","planKey":"payer"` + more + `}`
}

// User are the members that make a dashboard user.
func User(name string) string { return `,"username":"` + name + `","password":"correct-horse"` }
