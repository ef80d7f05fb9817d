package storetest

// texts returns names and the like as people write them, and as engines misread them.
func texts() []string {
	return []string{
		"Zoë Müller", "Zoe\u0308 Mu\u0308ller", // composed and combining: equal to the eye, different bytes
		"👩‍👩‍👧‍👦 & 🏳️‍🌈 Ltd", "شركة الأمل ١٢٣", "\u202eright to left", "עסק בע\u05f4מ", "नमस्ते", "한국어", "한국어",
		"İstanbul ısı Straße ΣΊΣΥΦΟΣ ǅ K", "𝒜 beyond the basic plane", "\ufeffbyte order mark", "line\u2028separator",
		" blanks around ", "tab\tnew\nline\r", "\x01\x1f\x7f", "'; DROP TABLE customers; --", `"quoted" back\slash`,
		"$set", "$where: 1", "a.b.c", "%_%", "100%", "NULL", "null", "true", "0", "1e3", "-", "\ufffd",
	}
}

// rawTexts returns JSON objects whose bytes carry what a decoder would lose.
func rawTexts() []string {
	return []string{
		`{}`,
		`{ "spaced" :	1 }`,
		`{"z":1,"a":2,"m":{"y":1,"b":2}}`,
		`{"numbers":[1.0,1,1e2,1E+2,-0,0.10,12345678901234567890123,1e400,0.1000000000000000055]}`,
		`{"html":"<script>&amp;'\"</script>","escaped":"\u003c\u00e9\/é\ud83d\ude00😀"}`,
		`{"lone":"\ud800","nul":"\u0000","line":"\u2028"}`,
		`{"twice":1,"twice":2}`,
		`{"$where":"1","a.b":{"$gt":""},"":null,"_id":"x","__proto__":{}}`,
		`{"العربية":"שלום","é":"e` + "\u0301" + `","👩‍👩‍👧":"🏳️‍🌈"}`,
		`{"empty":[[],{},"",null,false]}`,
	}
}
