package view

// PassportView shows a passport, its number as the last characters.
type PassportView struct {
	Number  string `json:"number,omitempty"` // unmasked answers only
	Last4   string `json:"last4,omitempty"`
	Country string `json:"country"`
}
