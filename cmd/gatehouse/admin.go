package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gatehouse/internal/config"
	"gatehouse/internal/password"
	"gatehouse/models"
)

type adminCommand struct {
	Create      adminCreateCommand      `cmd:"" help:"Create an organization's first Administrator, and the organization when there is none."`
	ResetFactor adminResetFactorCommand `cmd:"" name:"reset-second-factor" help:"Take the second factor from an account whose person lost it and the recovery codes."`
	Unlock      adminUnlockCommand      `cmd:"" help:"Switch required single sign-on off for an organization that nobody gets into any more."`
}

// adminCreateCommand makes an Administrator without the browser.
type adminCreateCommand struct {
	config.Data `embed:""`

	Organization     string `required:"" placeholder:"ID" help:"ID of the organization, such as northwind."`
	OrganizationName string `placeholder:"NAME" help:"Name of the organization when it is created (its ID)."`
	Name             string `required:"" help:"Name of the Administrator."`
	Email            string `required:"" help:"Email address of the Administrator."`
	PasswordFile     string `required:"" placeholder:"FILE|-" help:"File with the password in its first line; - reads it from standard input."`
}

// Run checks everything that was given, tells all problems together, and creates the Administrator.
func (a *adminCreateCommand) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	settings, err := a.Check()
	var problems []error
	note := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	note(err)
	var setup models.Setup
	setup.Slug, err = models.ParseSlug("--organization", a.Organization)
	note(err)
	if a.OrganizationName == "" {
		a.OrganizationName = a.Organization
	}
	setup.Organization, err = models.ParseName("--organization-name", a.OrganizationName)
	note(err)
	setup.Name, err = models.ParseName("--name", a.Name)
	note(err)
	setup.Email, err = models.ParseEmail("--email", a.Email)
	note(err)
	plain, err := firstLine(a.PasswordFile, in)
	note(err)
	if err == nil {
		for _, violation := range password.Recommended().Check(plain, password.Person{Name: setup.Name, Email: setup.Email}) {
			note(errors.New("password: " + violation.Sentence))
		}
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	setup.PasswordHash, err = password.New(password.DefaultParams(), 0).Hash(ctx, plain)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, settings, settings.Logger(os.Stderr))
	if err != nil {
		return err
	}
	if err := store.Ready(ctx); err != nil {
		return errors.Join(err, store.Close())
	}
	newAccount, err := store.CreateAdministrator(ctx, setup)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	sentence := "%s is an Administrator of %s. The account existed already and keeps its password.\n"
	if newAccount {
		sentence = "%s is an Administrator of %s, with a new account.\n"
	}
	_, err = fmt.Fprintf(out, sentence, setup.Email, setup.Slug)
	return err
}

// adminResetFactorCommand helps somebody who lost the phone and the recovery codes, without the browser.
type adminResetFactorCommand struct {
	config.Data `embed:""`

	Email string `required:"" help:"Email address of the account."`
}

// Run takes the account's second factors away, which the audit log tells.
func (a *adminResetFactorCommand) Run(ctx context.Context, out io.Writer) error {
	settings, err := a.Check()
	if err != nil {
		return err
	}
	store, err := openStore(ctx, settings, settings.Logger(os.Stderr))
	if err != nil {
		return err
	}
	if err := store.Ready(ctx); err != nil {
		return errors.Join(err, store.Close())
	}
	had, err := store.ResetFactor(ctx, a.Email)
	if models.Is(err, models.NotFound) {
		err = fmt.Errorf("--email: there is no account %q", a.Email)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	sentence := "%s has no second factor. Nothing was changed.\n"
	if had {
		sentence = "%s has no second factor any more, and is signed out everywhere.\n"
	}
	_, err = fmt.Fprintf(out, sentence, a.Email)
	return err
}

// adminUnlockCommand lets passwords open an organization again, without the browser.
type adminUnlockCommand struct {
	config.Data `embed:""`

	Organization string `required:"" placeholder:"ID" help:"ID of the organization, such as northwind."`
}

// Run switches it off, which the organization's audit log tells.
func (a *adminUnlockCommand) Run(ctx context.Context, out io.Writer) error {
	settings, err := a.Check()
	if err != nil {
		return err
	}
	store, err := openStore(ctx, settings, settings.Logger(os.Stderr))
	if err != nil {
		return err
	}
	if err := store.Ready(ctx); err != nil {
		return errors.Join(err, store.Close())
	}
	lifted, err := store.Unlock(ctx, a.Organization)
	if models.Is(err, models.NotFound) {
		err = fmt.Errorf("--organization: there is no organization %q", a.Organization)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	sentence := "Single sign-on was required of nobody in %s. Nothing was changed.\n"
	if lifted {
		sentence = "Passwords open %s again. Its audit log says so.\n"
	}
	_, err = fmt.Fprintf(out, sentence, a.Organization)
	return err
}

// firstLine reads the password; it is on the command line never, because other users of the machine could read it there.
func firstLine(file string, in io.Reader) (string, error) {
	if file != "-" {
		opened, err := os.Open(file) //nolint:gosec // the operator names the file
		if err != nil {
			return "", fmt.Errorf("--password-file: %w", err)
		}
		defer opened.Close()
		in = opened
	}
	text, err := io.ReadAll(io.LimitReader(in, 4096))
	if err != nil {
		return "", fmt.Errorf("--password-file: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
