package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"

	"sadasya/store/seal"
)

// KeysCmd makes and rotates the keys.
type KeysCmd struct {
	New    KeysNewCmd    `cmd:"" help:"Make a key file. Keep a copy apart from the database: without it the records cannot be read."`
	Public KeysPublicCmd `cmd:"" help:"Print the public key that members' cards are checked with."`
	Rotate KeysRotateCmd `cmd:"" help:"Seal with a new key from now on, and all records anew."`
}

// KeysNewCmd makes a key file.
type KeysNewCmd struct {
	Out string `required:"" type:"path" placeholder:"FILE" help:"File to write; it must not exist."`
}

// Run makes it.
func (k KeysNewCmd) Run(console *Console) error {
	if err := seal.Generate(k.Out); err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "%s is made, readable by you alone. Set ENCRYPTION_KEYS to it and keep a copy in another place.\n", k.Out)
	return nil
}

// KeysPublicCmd prints the public half of the key that signs cards.
type KeysPublicCmd struct{}

// Run prints it in base64; docs/card.md tells how a card is checked.
func (KeysPublicCmd) Run(c *Config, console *Console) error {
	path, _, err := c.keyFile()
	if err != nil {
		return err
	}
	keys, err := seal.Open(path)
	if err != nil {
		return err
	}
	public := keys.CardKey().Public().(ed25519.PublicKey)
	fmt.Fprintln(console.Out, base64.StdEncoding.EncodeToString(public))
	return nil
}

// KeysRotateCmd adds a new sealing key and seals every record with it.
type KeysRotateCmd struct{}

// Run rotates. It may run beside serve, which reads the file again when it
// meets the new key.
func (KeysRotateCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	path, _, err := c.keyFile()
	if err != nil {
		return err
	}
	id, err := seal.Rotate(path)
	if err != nil {
		return err
	}
	keys, err := seal.Open(path)
	if err != nil {
		return err
	}
	progress := newProgress(console.Err, "records sealed anew")
	n, err := s.postgres.Reseal(ctx, keys, progress.add)
	progress.end()
	if err != nil {
		return fmt.Errorf("the new key %d is in %s, but not every record wears it yet; run it again: %w", id, path, err)
	}
	fmt.Fprintf(console.Out, "Key %d seals from now on; %d records were sealed anew.\n", id, n)
	return nil
}
