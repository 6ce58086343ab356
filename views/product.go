package views

// Product is an identity provider that people know by a name, in the words of its own pages.
type Product struct {
	Key, Name string
	Meaning   string // one line beside its name

	EntityID, ACSURL string   // what it calls our values
	ACSAlso          string   // further fields that take the same value as the ACS URL
	Logout           string   // what it calls our logout URL; empty: it comes with the metadata, or not at all
	Metadata         string   // what it calls our metadata; empty: it reads none
	Steps            []string // where to click there until our values are entered
	NameID           string   // what to choose for the name ID
	Claims           []Claim  // what to send of a person
	Groups           string   // how groups are sent; empty: see its manual
	Assign           string   // who may sign in has to be said there too

	Source string // how its values best come here: "url" or "file"
	Theirs string // where they are found
}

// Claim is an attribute that the product is told to send.
type Claim struct{ Meaning, Name, From string }

// claimsOf are the three that matter, under these names, out of these fields of the product.
func claimsOf(names, from [3]string) []Claim {
	return []Claim{{"Email address", names[0], from[0]}, {"First name", names[1], from[1]}, {"Last name", names[2], from[2]}}
}

const (
	microsoftClaims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
)

// Products are the identity providers whose own words are known, and last any other.
func Products() []Product {
	return []Product{
		{
			Key: "entra", Name: "Microsoft Entra ID", Meaning: "Formerly Azure Active Directory.",
			EntityID: "Identifier (Entity ID)", ACSURL: "Reply URL (Assertion Consumer Service URL)", Logout: "Logout Url (Optional)", Metadata: "Upload metadata file",
			Steps: []string{
				"In the Entra admin center open “Enterprise applications”, then “New application” and “Create your own application”. Choose “Integrate any other application you don’t find in the gallery”.",
				"Open “Single sign-on” in the new application and choose “SAML”.",
				"Beside “Basic SAML Configuration” choose “Edit”, enter the values below, and save. “Sign on URL” and “Relay State” stay empty.",
			},
			NameID: "“Unique User Identifier (Name ID)” may stay as it is: user.userprincipalname.",
			Claims: claimsOf([3]string{microsoftClaims + "emailaddress", microsoftClaims + "givenname", microsoftClaims + "surname"}, [3]string{"user.mail", "user.givenname", "user.surname"}),
			Groups: "In “Attributes & Claims” choose “Add a group claim”. Entra ID sends the object IDs of groups unless told otherwise.",
			Assign: "In “Users and groups” add who may sign in.",
			Source: "url", Theirs: "In “SAML Certificates”, copy “App Federation Metadata Url”.",
		},
		{
			Key: "okta", Name: "Okta", Meaning: "Okta Workforce Identity.",
			EntityID: "Audience URI (SP Entity ID)", ACSURL: "Single sign-on URL", Logout: "Single Logout URL", ACSAlso: "Leave “Use this for Recipient URL and Destination URL” ticked.",
			Steps: []string{
				"In the Admin Console open “Applications”, then “Create App Integration”, and choose “SAML 2.0”.",
				"Give the app a name, such as Gatehouse, and go on to “Configure SAML”.",
				"Enter the values below. “Default RelayState” stays empty.",
			},
			NameID: "“Name ID format”: EmailAddress or Persistent. “Application username”: Email or Okta username.",
			Claims: claimsOf([3]string{"email", "firstName", "lastName"}, [3]string{"user.email", "user.firstName", "user.lastName"}),
			Groups: "Under “Group Attribute Statements” add the name groups with a filter, such as “Matches regex” and .* for all.",
			Assign: "In the app’s “Assignments” add people or groups.",
			Source: "url", Theirs: "In the app’s “Sign On” tab, copy “Metadata URL”.",
		},
		{
			Key: "google", Name: "Google Workspace", Meaning: "Google as the identity provider of a company.",
			EntityID: "Entity ID", ACSURL: "ACS URL",
			Steps: []string{
				"In the Admin console open “Apps”, “Web and mobile apps”, then “Add app” and “Add custom SAML app”.",
				"Give the app a name. On the page “Google Identity Provider details” choose “Download metadata”: it is needed in the next step here.",
				"On the page “Service provider details” enter the values below. “Start URL” stays empty.",
			},
			NameID: "“Name ID format”: EMAIL. “Name ID”: Basic Information > Primary email.",
			Claims: claimsOf([3]string{"email", "firstName", "lastName"}, [3]string{"Primary email", "First name", "Last name"}),
			Groups: "Under “Group membership” choose the groups and enter groups as the app attribute.",
			Assign: "In “User access” switch the app on for the organizational units that may sign in. It can take some hours to reach everybody.",
			Source: "file", Theirs: "It is the file from “Download metadata”. Google publishes it at no address.",
		},
		{
			Key: "keycloak", Name: "Keycloak", Meaning: "Also Red Hat build of Keycloak.",
			EntityID: "Client ID", ACSURL: "Valid redirect URIs", Logout: "Logout Service Redirect Binding URL", ACSAlso: "The same value goes into “Assertion Consumer Service POST Binding URL” in “Advanced”, where the logout URL is too.", Metadata: "Resource file, in “Import client”",
			Steps: []string{
				"In the realm open “Clients”, then “Import client”, and choose our metadata as the “Resource file”. Or choose “Create client” with the type SAML and enter the values below.",
				"In “Settings”, switch “Sign documents” and “Sign assertions” on.",
				"In “Keys”, “Client signature required” may stay on: our requests are signed.",
			},
			NameID: "“Name ID format”: email or persistent.",
			Claims: claimsOf([3]string{"email", "givenName", "surname"}, [3]string{"email", "firstName", "lastName"}),
			Groups: "In “Client scopes” open the client’s own scope and add the mapper “Group list” with the “Group attribute name” groups. With “Full group path” on, names begin with a slash.",
			Source: "url", Theirs: "In “Realm settings”, copy the link “SAML 2.0 Identity Provider Metadata”.",
		},
		{
			Key: "adfs", Name: "AD FS", Meaning: "Active Directory Federation Services.",
			EntityID: "Relying party trust identifier", ACSURL: "Relying party SAML 2.0 SSO service URL", Metadata: "Federation metadata address (host name or URL)",
			Steps: []string{
				"In AD FS Management open “Relying Party Trusts” and choose “Add Relying Party Trust”, “Claims aware”.",
				"Choose “Import data about the relying party published online or on a local network” and enter our metadata URL. When AD FS cannot reach it, import the downloaded file, or choose “Enter data about the relying party manually” and “Enable support for the SAML 2.0 WebSSO protocol”.",
				"Choose “Edit Claim Issuance Policy” and add the rule “Send LDAP Attributes as Claims” with the claims below.",
			},
			NameID: "Add a second rule, “Transform an Incoming Claim”: from “E-Mail Address” to “Name ID” with the format “Email”.",
			Claims: claimsOf([3]string{"E-Mail Address", "Given Name", "Surname"}, [3]string{"E-Mail-Addresses", "Given-Name", "Surname"}),
			Groups: "In the first rule, send “Token-Groups - Unqualified Names” as “Group”.",
			Assign: "“Access Control Policy” says who may sign in.",
			Source: "url", Theirs: "It is https://, the name of your AD FS server, and /FederationMetadata/2007-06/FederationMetadata.xml.",
		},
		{
			Key: "onelogin", Name: "OneLogin", Meaning: "OneLogin by One Identity.",
			EntityID: "Audience (EntityID)", ACSURL: "ACS (Consumer) URL", Logout: "Single Logout URL", ACSAlso: "The same value goes into “Recipient” and “ACS (Consumer) URL Validator”.",
			Steps: []string{
				"In the administration open “Applications”, then “Add App”, and choose “SAML Custom Connector (Advanced)”.",
				"In “Configuration”, enter the values below. “RelayState” stays empty.",
				"“SAML signature element”: Assertion or Both. In “SSO”, “SAML Signature Algorithm”: SHA-256.",
			},
			NameID: "“SAML nameID format”: Email.",
			Claims: claimsOf([3]string{"User.email", "User.FirstName", "User.LastName"}, [3]string{"Email", "First Name", "Last Name"}),
			Groups: "In “Parameters” add memberOf with the value “User Roles” or “MemberOf”, and tick “Include in SAML assertion” at each.",
			Assign: "In “Access” choose the roles that may sign in.",
			Source: "url", Theirs: "In “SSO”, copy “Issuer URL”.",
		},
		{
			Key: "pingfederate", Name: "PingFederate", Meaning: "Ping Identity’s own server. For PingOne choose another provider.",
			EntityID: "Partner’s Entity ID (Connection ID)", ACSURL: "Assertion Consumer Service URL: Endpoint URL", Logout: "SLO Service URLs: Endpoint URL", Metadata: "Import Metadata",
			Steps: []string{
				"In “Applications” open “Integration”, “SP Connections”, and choose “Create Connection”. No template; “Browser SSO Profiles” with the protocol SAML 2.0.",
				"On “Import Metadata” give our metadata by URL or file. Without it, our entity ID goes into “General Info”, and our ACS URL into the protocol settings of “Browser SSO”.",
				"In “SAML Profiles” tick “SP-Initiated SSO”, and “SP-Initiated SLO” to be signed out there too. “Signature Policy” may stay as it is: the response is signed then.",
			},
			NameID: "SAML_SUBJECT with the email address, or a persistent pseudonym.",
			Claims: claimsOf([3]string{"mail", "givenName", "sn"}, [3]string{"mail", "givenName", "sn"}),
			Groups: "Extend the attribute contract by memberOf and fulfil it from the directory.",
			Assign: "Activate the connection.",
			Source: "url", Theirs: "It is https://, the name of your PingFederate server with its port, commonly 9031, and /pf/federation_metadata.ping?PartnerSpId= with our entity ID behind it.",
		},
		{
			Key: "jumpcloud", Name: "JumpCloud", Meaning: "JumpCloud SSO applications.",
			EntityID: "SP Entity ID", ACSURL: "ACS URL", Metadata: "Upload Metadata",
			Steps: []string{
				"In the Admin Portal open “SSO Applications”, then “Add New Application”, “Custom Application”, and choose SSO with SAML.",
				"In the “SSO” tab enter the values below. “IdP Entity ID” may be any name of yours that is unique.",
				"Tick “Declare Redirect Endpoint”, so that its metadata is complete.",
			},
			NameID: "“SAMLSubject NameID”: email. “SAMLSubject NameID Format”: emailAddress or persistent.",
			Claims: claimsOf([3]string{"email", "firstName", "lastName"}, [3]string{"email", "firstname", "lastname"}),
			Groups: "Tick “include group attribute” and enter memberOf.",
			Assign: "In “User Groups” choose who may sign in.",
			Source: "url", Theirs: "In the “SSO” tab choose “Copy Metadata URL”, or “Export Metadata” for a file.",
		},
		{
			Key: "simplesamlphp", Name: "SimpleSAMLphp", Meaning: "Common at universities.",
			EntityID: "The key of the entry in $metadata", ACSURL: "AssertionConsumerService", Logout: "SingleLogoutService", Metadata: "XML to SimpleSAMLphp metadata converter",
			Steps: []string{
				"Download our metadata, and paste it into the metadata converter on the “Federation” page of its administration.",
				"Put what the converter says into metadata/saml20-sp-remote.php. Its key is our entity ID; “AssertionConsumerService” is our ACS URL.",
				"To have our requests checked, set “validate.authnrequest” to true in that entry.",
			},
			NameID: "Set “NameIDFormat” to persistent or emailAddress, with an authentication filter that makes it. Transient, which is common, does not do.",
			Claims: claimsOf([3]string{"mail", "givenName", "sn"}, [3]string{"mail", "givenName", "sn"}),
			Groups: "Release an attribute groups, memberOf or isMemberOf.",
			Source: "url", Theirs: "It is on the “Federation” page of its administration, usually ending in /saml2/idp/metadata.php or /module.php/saml/idp/metadata.",
		},
		{
			Key: "other", Name: "Another provider", Meaning: "Anything that speaks SAML 2.0.",
			EntityID: "Entity ID", ACSURL: "ACS URL", Logout: "Single logout URL", Metadata: "Service provider metadata",
			Steps: []string{
				"Create a SAML 2.0 application, also called service provider, relying party or client.",
				"Give it our metadata, by address or as a file, or enter the values below. Entity ID is also called Audience, Issuer of the service provider, or Identifier; ACS URL is also called Reply URL, Consumer URL or Destination.",
				"Let it sign the assertion, the response, or both, with RSA and SHA-256.",
			},
			NameID: "Choose a name ID that stays the same for a person, such as persistent or email address; never transient.",
			Claims: claimsOf([3]string{"email", "givenName", "surname"}, [3]string{"the email address", "the first name", "the last name"}),
			Groups: "Send the groups of a person as the attribute groups, one value each.",
			Source: "url", Theirs: "Look for its metadata address or file, also called federation metadata or IdP metadata.",
		},
	}
}

// ProductOf is the product of that key; ok is false for none.
func ProductOf(key string) (p Product, ok bool) {
	for _, p := range Products() {
		if p.Key == key {
			return p, true
		}
	}
	return Product{}, false
}
