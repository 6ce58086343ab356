package totp_test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"gatehouse/internal/totp"
)

// The test values of RFC 6238, appendix B, for SHA-1: of its eight digits the last six are the code of six.
var vectors = []struct {
	unix  int64
	eight string
}{
	{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"}, {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
}

var rfcSecret = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))

func TestCodesAreThoseOfTheRFC(t *testing.T) {
	for _, v := range vectors {
		at := time.Unix(v.unix, 0)
		code, err := totp.Code(rfcSecret, totp.Step(at))
		if err != nil || code != v.eight[2:] {
			t.Errorf("at %d: %q, %v; want %q", v.unix, code, err, v.eight[2:])
		}
		if step, ok := totp.Match(rfcSecret, v.eight[2:], at, 0); !ok || step != v.unix/30 {
			t.Errorf("at %d: matched step %d, %v", v.unix, step, ok)
		}
	}
}

func TestACodeHoldsOneStepBeforeAndAfterAndOnce(t *testing.T) {
	const step = 1111111111 / 30
	code := "050471"
	for _, c := range []struct {
		name string
		at   int64 // the step at which it is typed
		last int64 // the step accepted last
		want bool
	}{
		{"in its time", step, step - 1, true},
		{"one step late", step + 1, step - 1, true},
		{"one step early", step - 1, step - 2, true},
		{"two steps late", step + 2, 0, false},
		{"two steps early", step - 2, 0, false},
		{"used before", step, step, false},
		{"older than the one used last", step, step + 1, false},
	} {
		got, ok := totp.Match(rfcSecret, code, time.Unix(c.at*30, 0), c.last)
		if ok != c.want || (ok && got != step) {
			t.Errorf("%s: step %d, %v", c.name, got, ok)
		}
	}
	for _, wrong := range []string{"", "050472", "50471", "0050471", "14050471"} {
		if _, ok := totp.Match(rfcSecret, wrong, time.Unix(step*30, 0), 0); ok {
			t.Errorf("%q is accepted", wrong)
		}
	}
	if _, ok := totp.Match("not base 32!", code, time.Unix(step*30, 0), 0); ok {
		t.Error("a secret that cannot be read matches")
	}
}

func TestSecretsAreNewAndReadable(t *testing.T) {
	first, err := totp.NewSecret()
	second, err2 := totp.NewSecret()
	if err != nil || err2 != nil || first == second || len(first) != 32 || strings.Trim(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Fatalf("%q, %q, %v, %v", first, second, err, err2)
	}
	want := "otpauth://totp/Gate%20house:ada@northwind.example?secret=" + first + "&issuer=Gate%20house&algorithm=SHA1&digits=6&period=30"
	if got := totp.URI(first, "Gate house", "ada@northwind.example"); got != want {
		t.Errorf("URI = %s", got)
	}
}

func TestRecoveryCodesAreReadAsPeopleTypeThem(t *testing.T) {
	codes := totp.NewRecoveryCodes()
	seen := map[string]bool{}
	for _, code := range codes {
		if len(code) != 19 || strings.Count(code, "-") != 3 || !totp.IsRecoveryCode(totp.Plain(code)) || seen[code] {
			t.Errorf("code %q", code)
		}
		seen[code] = true
	}
	if len(codes) != 10 {
		t.Errorf("%d codes", len(codes))
	}
	if got := totp.Plain(" 7k2m 9qxd–4r8t-hzoi "); got != "7K2M9QXD4R8THZ01" {
		t.Errorf("Plain = %q", got)
	}
	if totp.IsRecoveryCode(totp.Plain("123 456")) {
		t.Error("six digits pass for a recovery code")
	}
}

func TestThePictureIsTheCode(t *testing.T) {
	text := totp.URI(rfcSecret, "Gatehouse", "ada@northwind.example")
	picture, err := totp.NewPicture(text)
	code, encodeErr := qr.Encode(text, qr.M)
	if err != nil || encodeErr != nil {
		t.Fatal(err, encodeErr)
	}
	if picture.Size != code.Size+8 {
		t.Errorf("size %d of %d modules", picture.Size, code.Size)
	}
	// The finder pattern begins with seven black modules, behind the quiet zone.
	if !strings.HasPrefix(picture.Path, "M4 4h7v1h-7z") {
		t.Errorf("begins %.20s", picture.Path)
	}
	black := 0
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) && (x == 0 || !code.Black(x-1, y)) {
				black++
			}
		}
	}
	if got := strings.Count(picture.Path, "M"); got != black {
		t.Errorf("%d runs of black, want %d", got, black)
	}
}
