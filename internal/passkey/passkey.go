// Package passkey asks browsers for proofs by WebAuthn (W3C Web Authentication, Level 3) and judges what they answer. It alone knows the
// library. No attestation is asked for and no list of authenticators is consulted: who makes somebody's key is theirs to choose.
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
)

// QuestionFor is how long a browser may take to answer.
const QuestionFor = 5 * time.Minute

// longestAnswer is far more than an authenticator says.
const longestAnswer = 64 << 10

// ErrRefused is wrapped by every error about an answer; what it says beside that names no person and no secret.
var ErrRefused = errors.New("passkey: not accepted")

// Site is the console as passkeys know it: by the host of its address, and only at that origin. The zero Site has none.
type Site struct{ library *webauthn.WebAuthn }

// At returns the site of a public address. Browsers keep passkeys for names only: at an IP address, or a name without a dot that is not
// localhost, the site is not usable.
func At(public *url.URL) Site {
	if protocol.ValidateRPID(public.Hostname()) != nil {
		return Site{}
	}
	limit := webauthn.TimeoutConfig{Timeout: QuestionFor, TimeoutUVD: QuestionFor}
	library, err := webauthn.New(&webauthn.Config{
		RPID: public.Hostname(), RPDisplayName: "Gatehouse", RPOrigins: []string{public.Scheme + "://" + public.Host},
		AttestationPreference:  protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred},
		Timeouts:               webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return Site{}
	}
	return Site{library}
}

// Usable says whether browsers keep passkeys for this site.
func (s Site) Usable() bool { return s.library != nil }

// Account is whose passkeys they are.
type Account struct {
	ID    string // a UUID; its bytes are the user handle
	Name  string
	Email string
	Kept  []string // what is kept of each passkey: see Key
}

// Question is what a browser is asked.
type Question struct {
	Options json.RawMessage // for navigator.credentials
	Kept    string          // what the answer is judged by; the browser does not get it
}

// Key is a passkey as it was seen last.
type Key struct {
	ID     []byte // of the credential
	Kept   string // public values only
	Copied bool   // its counter did not advance: there may be another copy of it
}

// AskNew asks for a new passkey, on an authenticator that has none of the account.
func (s Site) AskNew(a Account) (Question, error) {
	owner, err := ownerOf(a)
	if err != nil {
		return Question{}, err
	}
	options, kept, err := s.library.BeginRegistration(owner, webauthn.WithExclusions(webauthn.Credentials(owner.credentials).CredentialDescriptors()))
	return question(options, kept, err)
}

// AskOwner asks for a proof by one of the account's passkeys. With present, that somebody is there is enough, as beside a password; without,
// the authenticator makes sure who it is where each of them can.
func (s Site) AskOwner(a Account, present bool) (Question, error) {
	owner, err := ownerOf(a)
	if err != nil {
		return Question{}, err
	}
	verification := protocol.VerificationRequired
	for _, c := range owner.credentials {
		if present || !c.Flags.UserVerified {
			verification = protocol.VerificationPreferred
		}
	}
	options, kept, err := s.library.BeginLogin(owner, webauthn.WithUserVerification(verification))
	return question(options, kept, err)
}

// AskAnybody asks for a proof by any passkey of this site. It stands for password and second factor, so the authenticator has to make sure
// who it is.
func (s Site) AskAnybody() (Question, error) {
	options, kept, err := s.library.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	return question(options, kept, err)
}

func question(options any, kept *webauthn.SessionData, err error) (Question, error) {
	if err != nil {
		return Question{}, fmt.Errorf("passkey: ask: %w", err)
	}
	shown, err := json.Marshal(options)
	if err != nil {
		return Question{}, fmt.Errorf("passkey: write a question: %w", err)
	}
	held, err := json.Marshal(kept)
	if err != nil {
		return Question{}, fmt.Errorf("passkey: write a question: %w", err)
	}
	return Question{Options: shown, Kept: string(held)}, nil
}

// Made judges the answer to AskNew.
func (s Site) Made(kept, answer string, a Account) (Key, error) {
	owner, err := ownerOf(a)
	if err != nil {
		return Key{}, err
	}
	asked, err := s.asked(kept, answer)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return Key{}, refused(err)
	}
	made, err := s.library.CreateCredential(owner, asked, parsed)
	if err != nil {
		return Key{}, refused(err)
	}
	made.Attestation = webauthn.CredentialAttestation{} // it was not asked for, and could tell the device apart from others
	return keyOf(made)
}

// Proved judges the answer to AskOwner or AskAnybody, given by the account.
func (s Site) Proved(kept, answer string, a Account) (Key, error) {
	owner, err := ownerOf(a)
	if err != nil {
		return Key{}, err
	}
	asked, err := s.asked(kept, answer)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return Key{}, refused(err)
	}
	var used *webauthn.Credential
	if len(asked.UserID) == 0 {
		used, err = s.library.ValidateDiscoverableLogin(func([]byte, []byte) (webauthn.User, error) { return owner, nil }, asked, parsed)
	} else {
		used, err = s.library.ValidateLogin(owner, asked, parsed)
	}
	if err != nil {
		return Key{}, refused(err)
	}
	return keyOf(used)
}

// asked reads the question that an answer belongs to.
func (s Site) asked(kept, answer string) (webauthn.SessionData, error) {
	var asked webauthn.SessionData
	switch {
	case !s.Usable():
		return asked, fmt.Errorf("%w: no passkeys at this address", ErrRefused)
	case len(answer) > longestAnswer:
		return asked, fmt.Errorf("%w: too long", ErrRefused)
	}
	if err := json.Unmarshal([]byte(kept), &asked); err != nil {
		return asked, fmt.Errorf("passkey: read a question: %w", err)
	}
	return asked, nil
}

// CredentialOf is the id of the credential that gave an answer.
func CredentialOf(answer string) ([]byte, error) {
	if len(answer) > longestAnswer {
		return nil, fmt.Errorf("%w: too long", ErrRefused)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, refused(err)
	}
	return parsed.RawID, nil
}

// Synced says whether the keeper of a passkey copies it to other devices.
func Synced(kept string) bool {
	var c webauthn.Credential
	return json.Unmarshal([]byte(kept), &c) == nil && c.Flags.BackupState
}

// refused keeps the library's own short sentence, and nothing of what was sent.
func refused(err error) error {
	var known *protocol.Error
	if errors.As(err, &known) {
		return fmt.Errorf("%w: %s", ErrRefused, known.Details)
	}
	return ErrRefused
}

func keyOf(c *webauthn.Credential) (Key, error) {
	copied := c.Authenticator.CloneWarning
	c.Authenticator.CloneWarning = false // the store keeps when it was
	kept, err := json.Marshal(c)
	if err != nil {
		return Key{}, fmt.Errorf("passkey: write a key: %w", err)
	}
	return Key{ID: c.ID, Kept: string(kept), Copied: copied}, nil
}

// owner is an account as the library asks for it.
type owner struct {
	account     Account
	handle      uuid.UUID
	credentials []webauthn.Credential
}

func ownerOf(a Account) (owner, error) {
	handle, err := uuid.Parse(a.ID)
	if err != nil {
		return owner{}, fmt.Errorf("passkey: an account: %w", err)
	}
	o := owner{account: a, handle: handle, credentials: make([]webauthn.Credential, len(a.Kept))}
	for i, kept := range a.Kept {
		if err := json.Unmarshal([]byte(kept), &o.credentials[i]); err != nil {
			return owner{}, fmt.Errorf("passkey: read a key: %w", err)
		}
	}
	return o, nil
}

// WebAuthnID implements webauthn.User.
func (o owner) WebAuthnID() []byte { return o.handle[:] }

// WebAuthnName implements webauthn.User.
func (o owner) WebAuthnName() string { return o.account.Email }

// WebAuthnDisplayName implements webauthn.User.
func (o owner) WebAuthnDisplayName() string { return o.account.Name }

// WebAuthnCredentials implements webauthn.User.
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }
