package models

// MayPrepareKey is nil when a next key of ours can be made for the identity provider: one at a time, and none while the one before the
// current still decrypts, because a provider could then be three keys behind.
func (p IdentityProvider) MayPrepareKey() error {
	switch {
	case p.NextDER != nil:
		return Refuse(Impossible, "The next certificate is prepared already. Give it to the identity provider, then switch to it.")
	case p.PreviousDER != nil:
		return Refuse(Impossible, "The previous certificate is still in use for decryption. Retire it before you prepare the next one.")
	}
	return nil
}

// MaySwitchKey is nil when a next key is prepared.
func (p IdentityProvider) MaySwitchKey() error {
	if p.NextDER == nil {
		return Refuse(Impossible, "No next certificate is prepared, or somebody switched to it already.")
	}
	return nil
}

// MayRetireKey is nil when there is a previous key.
func (p IdentityProvider) MayRetireKey() error {
	if p.PreviousDER == nil {
		return Refuse(Impossible, "There is no previous certificate, or somebody retired it already.")
	}
	return nil
}
