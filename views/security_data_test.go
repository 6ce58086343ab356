package views_test

import (
	"maps"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views"
	"gatehouse/views/parts"
)

const (
	sampleCertificate = "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----\n"
	sampleXML         = "\n<EntityDescriptor entityID=\"https://idp.northwind.example\">\n  </textarea><b>&amp;</b>\n</EntityDescriptor>\n"
	sampleSHA256      = "31:00:E7:75:E8:61:6C:D2:61:1B:EE:CF:A2:3A:42:63:D7:03:75:86:78:9B:43:F0:35:23:6A:2E:6F:BD:4C:62"
	day               = 24 * time.Hour
)

func securityFrame(title string, above ...parts.Crumb) views.Page {
	page := views.KitPage(views.SystemTheme, "/orgs/northwind/security")
	page.Title, page.Active = title, views.SectionSecurity
	page.Crumbs = append([]parts.Crumb{{Label: "Northwind Robotics", Href: urls.Organization.To("northwind")}}, above...)
	page.Crumbs = append(page.Crumbs, parts.Crumb{Label: title})
	return page
}

func accountFrame(title string) views.Page {
	page := views.KitPage(views.SystemTheme, "/account")
	page.Title, page.Active, page.Org = title, views.SectionAccount, views.Organization{}
	page.Crumbs = []parts.Crumb{{Label: title}}
	return page
}

var sampleNow = views.KitPage(views.SystemTheme, "/").Now

func sampleOurs() views.OurValues {
	base := "https://gatehouse.northwind.example/saml/8f2c1d90b7a14e63"
	return views.OurValues{EntityID: base + "/metadata", ACSURL: base + "/acs", MetadataURL: base + "/metadata", DownloadURL: base + "/metadata?download=1"}
}

func samplePolicy() []string {
	return []string{
		"At least 12 characters. Every character counts, spaces too, and no kind of character is demanded.", "At most 128 characters.",
		"Not made of well-known passwords, sequences or repetitions.", "The person's own name and email address do not count towards the length.",
	}
}

func sampleCard(subject string, from, until time.Duration) views.CertificateCard {
	return views.CertificateCard{
		Subject: subject, SHA256: sampleSHA256, Now: sampleNow, NotBefore: sampleNow.Add(from), NotAfter: sampleNow.Add(until),
		LastVerified: sampleNow.Add(-2 * time.Hour),
	}
}

func sampleSummary() *views.ProviderSummary {
	return &views.ProviderSummary{
		Name: "Northwind SSO", EntityID: "https://idp.northwind.example/simplesaml/saml2/idp/metadata.php",
		SSOURL: "https://idp.northwind.example/simplesaml/saml2/idp/SSOService.php", SSOBinding: "HTTP-Redirect",
		Certificates: []views.CertificateCard{
			sampleCard("CN=idp.northwind.example,O=Northwind Robotics", -400*day, 12*day), sampleCard("CN=idp.northwind.example 2027", -2*day, 800*day),
		},
		Warnings: []string{"The signing certificate CN=idp.northwind.example expires on 2026-12-02. Add its successor here before the identity provider changes over."},
	}
}

func sampleSecurity() views.Security {
	org := "northwind"
	row := func(slug, name string, enabled bool, expires, last time.Time) views.ProviderRow {
		return views.ProviderRow{URL: urls.IdentityProvider.To(org, slug), Slug: slug, Name: name, Enabled: enabled, Expires: expires, LastSignIn: last, Now: sampleNow}
	}
	return views.Security{
		Page: securityFrame("Security"), Policy: samplePolicy(), Manages: true, NewURL: urls.IdentityProviderNew.To(org), OrgID: org,
		SSOURL: "https://gatehouse.northwind.example/login/sso/northwind",
		Providers: []views.ProviderRow{
			row("northwind-sso", "Northwind SSO", true, sampleNow.Add(800*day), sampleNow.Add(-3*time.Minute)),
			row("contractors", "Contractors (Keycloak)", true, sampleNow.Add(12*day), sampleNow.Add(-5*day)),
			row("old-adfs", "Old ADFS", false, sampleNow.Add(-3*day), sampleNow.Add(-70*day)),
			row("draft", "Draft", false, time.Time{}, time.Time{}),
		},
	}
}

func sampleForm(editing bool) views.ProviderForm {
	v := views.ProviderForm{
		Editing: editing, Ours: sampleOurs(), ConnectionID: "8f2c1d90b7a14e63", Source: "url", SSOBinding: "redirect", Enabled: true,
		Errors: map[string]string{},
	}
	security := parts.Crumb{Label: "Security", Href: urls.Security.To("northwind")}
	if !editing {
		v.Page = securityFrame("Create Identity Provider", security)
		v.Action, v.Cancel = urls.IdentityProviderNew.To("northwind"), urls.Security.To("northwind")
		return v
	}
	own := urls.IdentityProvider.To("northwind", "northwind-sso")
	v.Page = securityFrame("Edit Northwind SSO", security, parts.Crumb{Label: "Northwind SSO", Href: own})
	v.Action, v.Cancel = urls.IdentityProviderEdit.To("northwind", "northwind-sso"), own
	v.ID, v.Name, v.Source, v.Version, v.ConnectionID = "northwind-sso", "Northwind SSO", "manual", "7", ""
	v.EntityID, v.SSOURL, v.Certificate = sampleSummary().EntityID, sampleSummary().SSOURL, sampleCertificate
	return v
}

// checkedForm is the form after Check, with nothing wrong.
func checkedForm() views.ProviderForm {
	v := sampleForm(false)
	v.ID, v.Name, v.MetadataURL = "northwind-sso", "Northwind SSO", "https://idp.northwind.example/simplesaml/saml2/idp/metadata.php"
	v.MetadataXML, v.Summary = "<fetched from the address>", sampleSummary()
	return v
}

// fileForm is the form whose file was read, and refused for something else.
func fileForm() views.ProviderForm {
	v := checkedForm()
	v.Source, v.MetadataURL, v.MetadataXML, v.ID = "file", "", sampleXML, "new"
	v.Errors["id"] = "“new” is reserved by the console. Choose another ID."
	return v
}

func wrongForm() views.ProviderForm {
	v := sampleForm(false)
	v.Source, v.ID, v.EntityID, v.SSOURL, v.Certificate, v.SSOBinding, v.Enabled = "manual", "-x-", "idp", "http://idp.northwind.example/sso", "-----BEGIN", "post", false
	v.Message = "The identity provider cannot be enabled without a certificate."
	v.Errors = map[string]string{
		"id": "Use letters, digits, and single - or _ between them.", "name": "Enter a name.", "entity_id": "An entity ID is a URI.",
		"sso_url": "The SSO URL must begin with https://.", "certificate": "This is not a whole certificate.",
	}
	return v
}

func staleForm() views.ProviderForm {
	v := sampleForm(true)
	v.Name, v.Summary, v.Theirs = "Northwind sign-on", sampleSummary(), sampleSummary()
	v.Theirs.SSOURL = "https://idp2.northwind.example/simplesaml/saml2/idp/SSOService.php"
	v.Theirs.Certificates = v.Theirs.Certificates[1:]
	v.Message = "Somebody else changed this identity provider meanwhile. Look at what it is now, and save again."
	return v
}

func sampleProvider(links int) views.Provider {
	org, slug := "northwind", "northwind-sso"
	v := views.Provider{
		Page: securityFrame("Northwind SSO", parts.Crumb{Label: "Security", Href: urls.Security.To(org)}), Row: sampleSecurity().Providers[0],
		Ours: sampleOurs(), Summary: *sampleSummary(), Links: links, Created: sampleNow.Add(-90 * day), Updated: sampleNow.Add(-26 * time.Hour),
		Metadata: "https://idp.northwind.example/simplesaml/saml2/idp/metadata.php", SignInURL: "https://gatehouse.northwind.example/login/sso/northwind/northwind-sso",
		EditURL: urls.IdentityProviderEdit.To(org, slug), EnableURL: urls.IdentityProviderEnable.To(org, slug),
		DisableURL: urls.IdentityProviderDisable.To(org, slug), DeleteURL: urls.IdentityProviderDelete.To(org, slug), TestURL: urls.IdentityProviderTest.To(org, slug),
		Attempts: []views.AttemptRow{
			{At: sampleNow.Add(-3 * time.Minute), Accepted: true, Reference: "7QK2-M9XD", Person: "amara.okafor@northwind.example", IP: "192.0.2.17"},
			{At: sampleNow.Add(-50 * time.Minute), Reference: "4HW8-2RTC", IP: "2001:db8:85a3::8a2e:370:7334",
				Cause: "The answer is meant for another audience than our entity ID. Enter our Entity ID at the identity provider exactly as it stands here."},
			{At: sampleNow.Add(-9 * day), Reference: "K3VD-81QA", Person: "stranger@elsewhere.example", IP: "192.0.2.99",
				Cause: "Nobody with this address is a member of the organization or invited to it."},
		},
	}
	v.Summary.Certificates[1].LastVerified = time.Time{}
	return v
}

// proposingProvider has metadata that say something else, and a look that failed since.
func proposingProvider(dismissed time.Time) views.Provider {
	v := sampleProvider(12)
	then := v.Summary
	then.EntityID, then.SSOURL, then.Certificates = "https://other.example/idp", "https://login.other.example/sso", []views.CertificateCard{v.Summary.Certificates[1]}
	then.Certificates[0].SHA256 = strings.Replace(then.Certificates[0].SHA256, "31", "13", 1)
	v.Refresh = views.Refresh{
		URL: v.Metadata, Secure: true, Looked: sampleNow.Add(-2 * time.Hour), Changed: sampleNow.Add(-26 * time.Hour), Next: sampleNow.Add(4 * time.Hour), Signed: true,
		ValidUntil: sampleNow.Add(9 * day), Problem: "The server at this address did not answer in time.", LookURL: urls.IdentityProviderLook.To("northwind", "northwind-sso"),
		Proposal: &views.Proposal{
			Key: "k", Version: "3", At: sampleNow.Add(-26 * time.Hour), Dismissed: dismissed, Now: v.Summary, Then: then, Links: 12,
			Action: urls.IdentityProviderProposal.To("northwind", "northwind-sso"),
		},
	}
	return v
}

func disabledProvider() views.Provider {
	v := sampleProvider(0)
	v.Row, v.Attempts, v.Metadata, v.Summary.Certificates = sampleSecurity().Providers[3], nil, "", nil
	v.Page.Title, v.SignInURL = "Draft", "https://gatehouse.northwind.example/login/sso/northwind/draft"
	v.Page.Crumbs[len(v.Page.Crumbs)-1].Label = "Draft"
	v.Confirm, v.ConfirmError, v.Message = "darft", "Type “draft” to delete it.", "It cannot be enabled without a certificate."
	return v
}

func sampleAccount() views.Account {
	return views.Account{
		Page: accountFrame("Account"), Name: "Amara Okafor", Email: "amara.okafor@northwind.example", Owns: true, Errors: map[string]string{},
		Memberships: []views.MembershipRow{
			{URL: urls.Organization.To("northwind"), Slug: "northwind", Name: "Northwind Robotics", Role: authz.Administrator},
			{Slug: "fjord-lab", Name: "Fjord Lab", Role: authz.OrganizationUser, Suspended: true},
		},
	}
}

func sampleAccountSecurity() views.AccountSecurity {
	return views.AccountSecurity{
		Page: accountFrame("Password and sessions"), HasPassword: true, PasswordChanged: sampleNow.Add(-40 * day), Owns: true,
		SignInURL: "/login?next=%2Faccount%2Fsecurity", Rules: samplePolicy(), Errors: map[string]string{}, EndOthersURL: urls.AccountSignOutAll.To(),
		Sessions: []views.SessionRow{
			{Browser: "Firefox on Linux", IP: "192.0.2.17", Methods: []string{"Password", "SSO: Northwind SSO"}, Since: sampleNow.Add(-4 * time.Hour), LastSeen: sampleNow, Current: true, EndURL: urls.AccountSessionEnd.To("a")},
			{Browser: "Safari on iPhone", IP: "2001:db8:85a3::8a2e:370:7334", Methods: []string{"SSO: Northwind SSO"}, Since: sampleNow.Add(-3 * day), LastSeen: sampleNow.Add(-20 * time.Hour), EndURL: urls.AccountSessionEnd.To("b")},
		},
	}
}

// long is as long as a value gets, without a place to break.
func long(n int) string { return strings.Repeat("W", n) }

// securityPages are the pages of this file's data: full, empty, wrong, and with the longest values there can be.
func sampleAttempt() views.AttemptPageView {
	provider := sampleProvider(12)
	v := views.AttemptPageView{
		Page: securityFrame("Sign-in 4HW8-2RTC", parts.Crumb{Label: "Security", Href: urls.Security.To("northwind")}), Row: provider.Attempts[1], Provider: "Northwind SSO",
		EditURL: provider.EditURL, Certificate: "CN=idp.northwind.example", VerifiedBy: sampleCard("CN=a", -day, day).SHA256, Outline: "samlp:Response Version=\"2.0\"\n  saml:Issuer: https://idp.northwind.example\n",
		Checks: []views.CheckRow{
			{Title: "Signature", Expected: "a certificate of this connection", Got: "SHA-256 9f86d081884c7d65", Outcome: "passed"},
			{Title: "Audience", Expected: "https://gatehouse.northwind.example/saml/x/metadata", Got: "https://other.example", Outcome: "failed"},
			{Title: "Email address", Outcome: "skipped"},
		},
		Replay: &views.Replay{Reference: "4HW8-2RTC", At: sampleNow, Passes: true, Changed: []views.ReplayRow{{Title: "Audience", Was: "failed", Is: "passed", Expected: "a", Got: "a"}}},
	}
	v.Row.Drift, v.Row.Drifted = -95*time.Second, true
	return v
}

func sampleTest() views.AttemptPageView {
	v := sampleAttempt()
	v.Row = views.AttemptRow{At: sampleNow, Accepted: true, Test: true, AsTester: true, Reference: "7QK2-M9XD", Person: "Amara Okafor", IP: "192.0.2.17", Drifted: true}
	v.Replay, v.Current, v.NameID = nil, true, "amara"
	v.Received = []views.ReceivedRow{{Name: "urn:oid:2.5.4.42", FriendlyName: "givenName", Values: []string{"Amara"}}, {Name: "groups", Values: []string{"staff", "robots"}}, {Name: "empty"}}
	return v
}

func bareAttempt() views.AttemptPageView {
	v := sampleAttempt()
	v.Row = views.AttemptRow{At: sampleNow, Reference: "K3VD-81QA"}
	v.Checks, v.Outline, v.Certificate, v.VerifiedBy = nil, "", "", ""
	v.Replay = &views.Replay{Cause: "The answer is not signed."}
	return v
}

func replayedForm() views.ProviderForm {
	v := sampleForm(true)
	v.Refusals, v.ReplayOf, v.Replay = []parts.Option{{Value: "4HW8-2RTC", Label: "4HW8-2RTC, 3 minutes ago: Audience"}}, "4HW8-2RTC", sampleAttempt().Replay
	return v
}

func sampleEnforcement() views.Enforcement {
	const own = "/orgs/northwind/security/single-sign-on"
	return views.Enforcement{
		Page: securityFrame("Required single sign-on", parts.Crumb{Label: "Security", Href: urls.Security.To("northwind")}),
		URL:  own, LiftURL: own + "/lift", CodesURL: own + "/codes", TestCodeURL: own + "/codes/test",
		GlassURL: "https://gatehouse.northwind.example/login/break-glass?organization=northwind", Required: sampleRequired(), Version: "0", Steps: []string{"me"}, Step: "me",
		Tests: []views.ProviderTest{
			{Name: "Northwind SSO", URL: urls.IdentityProviderTest.To("northwind", "northwind-sso"), Proven: true},
			{Name: "Entra ID of the subsidiaries in Rotterdam", URL: urls.IdentityProviderTest.To("northwind", "entra")},
		}, Within: "10", Withins: []parts.Option{{Value: "10", Label: "10 minutes"}},
		Errors: map[string]string{},
	}
}

func sampleRequired() views.RequiredSSO {
	return views.RequiredSSO{
		Organization: "Northwind Robotics", URL: "/orgs/northwind/security/single-sign-on", Of: "nobody", Now: sampleNow,
		Through: []parts.Option{{Value: "/login/sso/northwind/northwind-sso", Label: "Northwind SSO"}, {Value: "/login/sso/northwind/entra", Label: "Entra ID"}},
	}
}

func waitingRequired() views.RequiredSSO {
	v := sampleRequired()
	v.Stage, v.Of, v.By, v.RestsOn, v.Since, v.ConfirmBy, v.FallsTo = "me", "the Administrator who switched it on", "Amara Okafor", "Northwind SSO", sampleNow, sampleNow.Add(8*time.Minute), "nobody"
	return v
}

func waitingEnforcement() views.Enforcement {
	v := sampleEnforcement()
	v.Required = waitingRequired()
	v.Tests[0].At, v.Tests[0].Fresh, v.Tests[1].At = sampleNow, true, sampleNow.Add(-2*time.Hour)
	v.Steps, v.CodesLeft, v.CodesOf, v.Tested, v.Ready = nil, 7, sampleNow, true, true
	return v
}

func choosingEnforcement() views.Enforcement {
	v := waitingEnforcement()
	v.Required.ConfirmBy, v.Required.Ended, v.Required.Was, v.Required.Why = time.Time{}, sampleNow.Add(-time.Hour), "chosen people and teams", "No Administrator signed in by single sign-on in time to confirm the step."
	v.Steps, v.Step, v.Chosen, v.PeopleURL = []string{"chosen", "everyone"}, "chosen", sampleEnforced(), "/orgs/northwind/security/single-sign-on/people"
	v.Errors["stage"], v.Errors["code"] = "Choose of whom.", "This is not one of your codes."
	v.Codes, v.Page.GlassUntil = []string{"ABCD-EFGH-IJKL-MNOP", "QRST-UVWX-YZ23-4567"}, sampleNow.Add(time.Hour)
	return v
}

func sampleEnforced() []views.EnforcedRow {
	return []views.EnforcedRow{
		{Team: "warehouse", Name: "Warehouse <b>", People: 12}, {UserID: "0197", Name: "Chiara Lombardi", Email: "chiara@northwind.example", Known: true},
		{UserID: "0198", Name: "Olaf Never", Email: "olaf@northwind.example"}, {UserID: "0199", Name: "Sus Pended", Email: "sus@northwind.example", Suspended: true},
	}
}

func sampleEnforcedPick() views.EnforcedPick {
	rows := sampleEnforced()
	return views.EnforcedPick{
		Page: securityFrame(views.EnforcedTitle), Within: "10", People: "nobody@nowhere.example", PeopleError: "Not the address of a member, nor the ID of a team: nobody@nowhere.example.", Cancel: "/orgs/northwind/security/single-sign-on",
		Picker: parts.Picker{Action: "/orgs/northwind/security/single-sign-on/people", Label: "Search people and teams", Noun: "person or team", Nouns: "Teams and members", Mirror: "paste", Chosen: []parts.Pick{rows[0].Pick(), rows[1].Pick()}, Matches: []parts.Pick{rows[2].Pick(), rows[3].Pick()}, Error: "Choose at least one person or team."},
	}
}

func sampleEnforcementPreview(stage string) views.EnforcementPreview {
	v := views.EnforcementPreview{
		Page: securityFrame("Require single sign-on of every member"), Stage: stage, Of: "every member", Action: "/orgs/northwind/security/single-sign-on", Cancel: "/orgs/northwind/security/single-sign-on", Version: "3",
		People: 12034, Unknown: 1200, Passwords: 1, Within: "10", Withins: []parts.Option{{Value: "10", Label: "10 minutes"}}, Reason: "First test an enabled identity provider.",
	}
	if stage == "chosen" {
		v.Of, v.Rows, v.People, v.Unknown, v.Passwords, v.Reason, v.Again = "chosen people and teams", sampleEnforced(), 14, 0, 3, "", "/orgs/northwind/security/single-sign-on/people?member=0197"
	}
	return v
}

func securityPages() map[string]templ.Component {
	reader, empty, strangers := sampleSecurity(), views.Security{Page: securityFrame("Security"), Manages: true, NewURL: "/new", OrgID: "northwind", SSOURL: "https://gatehouse.northwind.example/login/sso/northwind"}, views.Security{Page: securityFrame("Security"), OrgID: "northwind"}
	reader.Manages = false
	for i := range reader.Providers {
		reader.Providers[i].URL = ""
	}
	sso, bare := sampleAccount(), sampleAccount()
	sso.Owns, bare.Memberships, bare.Name = false, nil, ""
	bare.Errors["name"] = "Enter a name."
	bySSO, none, wrong := sampleAccountSecurity(), sampleAccountSecurity(), sampleAccountSecurity()
	bySSO.Owns, bySSO.EndOthersURL, bySSO.Sessions = false, "", bySSO.Sessions[:1]
	none.HasPassword, none.Sessions, none.EndOthersURL = false, nil, ""
	wrong.Errors = map[string]string{"current": "This is not your present password.", "repeat": "The two are not the same."}
	wrong.Violations = []string{"Use at least 12 characters; this has 5.", "This is made of well-known passwords."}
	all := map[string]templ.Component{
		"security": views.SecurityPage(sampleSecurity()), "security, reader": views.SecurityPage(reader),
		"security, empty": views.SecurityPage(empty), "security, empty for a reader": views.SecurityPage(strangers),
		"provider, new": views.ProviderFormPage(sampleForm(false)), "provider, edit": views.ProviderFormPage(sampleForm(true)),
		"provider, checked": views.ProviderFormPage(checkedForm()), "provider, file": views.ProviderFormPage(fileForm()),
		"provider, wrong": views.ProviderFormPage(wrongForm()), "provider, stale": views.ProviderFormPage(staleForm()),
		"provider": views.ProviderPage(sampleProvider(12)), "provider, disabled": views.ProviderPage(disabledProvider()),
		"provider, proposing": views.ProviderPage(proposingProvider(time.Time{})), "provider, dismissed": views.ProviderPage(proposingProvider(sampleNow.Add(-day))),
		"provider, replayed": views.ProviderFormPage(replayedForm()), "attempt": views.AttemptPage(sampleAttempt()), "attempt, test": views.AttemptPage(sampleTest()),
		"attempt, bare": views.AttemptPage(bareAttempt()),
		"enforcement":   views.EnforcementPage(sampleEnforcement()), "enforcement, waiting": views.EnforcementPage(waitingEnforcement()), "enforcement, choosing": views.EnforcementPage(choosingEnforcement()), "enforcement, picking": views.EnforcedPickPage(sampleEnforcedPick()),
		"enforcement, of everyone": views.EnforcementPreviewPage(sampleEnforcementPreview("everyone")), "enforcement, of the chosen": views.EnforcementPreviewPage(sampleEnforcementPreview("chosen")),
		"account": views.AccountPage(sampleAccount()), "account, sso": views.AccountPage(sso), "account, empty": views.AccountPage(bare),
		"account security": views.AccountSecurityPage(sampleAccountSecurity()), "account security, sso": views.AccountSecurityPage(bySSO),
		"account security, no password": views.AccountSecurityPage(none), "account security, wrong": views.AccountSecurityPage(wrong),
	}
	maps.Copy(all, longestSecurityPages())
	return all
}

func longestSecurityPages() map[string]templ.Component {
	security, form, provider, account, sessions := sampleSecurity(), staleForm(), sampleProvider(100_000), sampleAccount(), sampleAccountSecurity()
	address := "https://" + long(400) + ".example/" + long(600)
	security.OrgID, security.SSOURL, security.Policy = long(48), address, []string{long(300)}
	security.Page.Org.Name = long(100)
	security.Providers[0].Name, security.Providers[0].Slug = long(100), long(48)
	form.ID, form.Name, form.EntityID, form.SSOURL, form.Certificate = long(48), long(100), address, address, strings.Repeat(sampleCertificate, 20)
	form.Theirs.EntityID, form.Summary.SSOURL, form.Summary.Certificates[0].Subject, form.Summary.Warnings[0] = address, address, long(500), long(500)
	form.Ours = views.OurValues{EntityID: address, ACSURL: address, MetadataURL: address, DownloadURL: address}
	form.Errors["sso_url"] = long(300)
	provider.Row, provider.Summary, provider.Ours, provider.SignInURL, provider.Metadata = security.Providers[0], *form.Summary, form.Ours, address, address
	provider.Page.Title, provider.ConfirmError, provider.Confirm = long(100), long(200), long(300)
	provider.Attempts[1].Cause, provider.Attempts[1].Person = long(400), long(254)
	account.Name, account.Email, account.Memberships[0].Name, account.Memberships[0].Slug = long(100), long(242)+"@nw.example", long(100), long(48)
	account.Page.Person = views.Person{Name: account.Name, Email: account.Email}
	sessions.Sessions[0].Methods, sessions.Sessions[0].Browser = []string{"Password", "SSO: " + long(100), "SSO: " + long(100)}, long(80)
	sessions.Violations = []string{long(300)}
	return map[string]templ.Component{
		"security, longest": views.SecurityPage(security), "provider form, longest": views.ProviderFormPage(form), "provider, longest": views.ProviderPage(provider),
		"account, longest": views.AccountPage(account), "account security, longest": views.AccountSecurityPage(sessions),
	}
}
