package guessable

import (
	"strings"
	"testing"
	"time"
)

var own = []string{"mira.okafor@harborlane.example", "Harbor Lane Ltd"}

// What leaked, runs, repeats, and what is made of them by digits, years, signs and the
// usual exchange of letters is found, in any case of letters.
func TestCommonPasswordsAreFound(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"password", "password1", "Password1!", "P@ssw0rd", "drowssap1", "qwertyuiop", "qwerty123456", "12345678", "1q2w3e4r", "1qaz2wsx", "zxcvbnm,./",
		"letmein1", "iloveyou", "trustno1", "welcome123", "Summer2024!", "Password2024!!", "monkey12", "changeme1", "Adm1nistrator", "20051983", "aaaaaaaa",
		"abcdefgh", "hgfedcba", "木木木木木木木木", "       x", "passwordpassword", strings.Repeat("ab", 64), strings.Repeat("木", 128),
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			if got := Find(password); got != Common {
				t.Errorf("it is %q", got)
			}
		})
	}
}

// A password made of the account's own names is found, and only for that account.
func TestPersonalPasswordsAreFound(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"mira.okafor", "Mira.Okafor1", "okaforMIRA", "harborlane", "H4rb0rLane!", "Harborlane2024", "Harbor-Lane!1", "mira@harborlane", "rofakoarim"} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			if got := Find(password, own...); got != Personal {
				t.Errorf("it is %q", got)
			}
			if got := Find(password, "ben@example.com", "Cove Street Shop"); got != "" {
				t.Errorf("for another account it is %q", got)
			}
		})
	}
}

// What takes more than a million tries is let through: unrelated words, and random
// characters of the least length.
func TestGoodPasswordsPass(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"correct-horse", "long enough", "another one", "entirely fresh", "wrong-horse-staple", "kx9#mQ2v", "fjqwnzbt", "Tr0ub4dour&3", "mira likes otters", "крупная собака",
		strings.Repeat("木", 64) + strings.Repeat("林", 63) + "森水火",
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			if got := Find(password, own...); got != "" {
				t.Errorf("it is %q", got)
			}
		})
	}
}

// The slowest password costs less than a twentieth of the hash that follows it, so that a
// caller cannot take the processor with it; seconds are allowed, for a busy machine.
func TestFindIsQuick(t *testing.T) {
	t.Parallel()
	slowest := strings.Repeat("1a!B$c@d5E7f0g3h", 8)[:127] + "x"
	began := time.Now()
	for range 10 {
		Find(slowest, own...)
	}
	// What explodes takes minutes; less would depend on what else the machine does.
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("ten took %s", took)
	}
}
