package instruments

// cardBrand names the brand by the issuer's digits.
func cardBrand(number string) string {
	switch prefix := number[:2]; {
	case number[0] == '4':
		return "visa"
	case prefix >= "51" && prefix <= "55", number[:4] >= "2221" && number[:4] <= "2720":
		return "mastercard"
	case prefix == "34", prefix == "37":
		return "amex"
	case number[:4] == "6011", prefix == "65", number[:3] >= "644" && number[:3] <= "649":
		return "discover"
	case number[:4] >= "3528" && number[:4] <= "3589":
		return "jcb"
	case prefix == "36", prefix == "38", number[:3] >= "300" && number[:3] <= "305":
		return "diners"
	case prefix == "62":
		return "unionpay"
	default:
		return "unknown"
	}
}
