package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"

	"sadasya/cmd/sadasya/bench"
	"sadasya/store/postgres"
)

// atSizes fills a database of each size and asks them the same.
func (b BenchCmd) atSizes(ctx context.Context, c Config, console *Console) error {
	for _, n := range b.Sizes {
		if n < 1 {
			return misuse("--sizes are numbers of members")
		}
	}
	if b.Asked < 2 {
		return misuse("--asked is 2 or more")
	}
	config, _, leave, err := benchStores(ctx, c)
	if err != nil {
		return err
	}
	defer leave()
	log := c.logger(console)
	var list []bench.Sized
	var one *stores
	for _, n := range b.Sizes {
		config.DatabaseURL, err = databaseOfSize(ctx, config.DatabaseURL, n)
		if err != nil {
			return err
		}
		if one, err = openStores(ctx, config, log, false); err != nil {
			return err
		}
		defer one.close(log)
		if err := fillTo(ctx, one, n, console); err != nil {
			return err
		}
		z := bench.Sized{Store: one.postgres, Heard: &bench.Heard{}}
		if z.Explained, err = one.explained(ctx, config.DatabaseURL, z.Heard); err != nil {
			return err
		}
		defer z.Explained.Close()
		list = append(list, z)
	}
	version, err := one.postgres.ServerVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "PostgreSQL %s\n\n", version)
	return bench.Compare(ctx, list, one.reference, b.Asked, console.Out)
}

// fillTo fills an empty database; one that was filled before is as large as that,
// or larger by what was measured in it.
func fillTo(ctx context.Context, s *stores, n int, console *Console) error {
	err := bench.Fill(ctx, s.postgres, s.reference, n, bench.StateEnrollers, console.Err)
	if !errors.Is(err, postgres.ErrNotEmpty) {
		return err
	}
	size, err := s.postgres.Size(ctx)
	if err == nil && size.Members < n {
		err = fmt.Errorf("database sadasya_size_%d was not filled to its end: drop it, and start again", n)
	}
	return err
}

// explained opens the database so that what it touches is heard.
func (s *stores) explained(ctx context.Context, database string, heard *bench.Heard) (*postgres.Store, error) {
	address, err := url.Parse(database)
	if err != nil {
		return nil, errDatabase
	}
	query := address.Query()
	for name, value := range maps.All(bench.Explain()) {
		query.Set(name, value)
	}
	address.RawQuery = query.Encode()
	o := s.postgresOptions()
	o.Notice = heard.Notice
	return postgres.Open(ctx, address.String(), s.keys, o)
}

// errDatabase says nothing of the address, which may hold a password.
var errDatabase = errors.New("DATABASE_URL: postgres://user:password@host:5432/database is wanted")

// databaseOfSize makes an empty database beside another, where there is none of
// this name, and gives its address.
func databaseOfSize(ctx context.Context, beside string, members int) (string, error) {
	address, err := url.Parse(beside)
	if err != nil {
		return "", errDatabase
	}
	name := "sadasya_size_" + strconv.Itoa(members)
	conn, err := pgx.Connect(ctx, beside)
	if err != nil {
		return "", errDatabase
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if _, err := conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{name}.Sanitize()+` TEMPLATE template0`); err != nil {
			return "", err
		}
	}
	address.Path = "/" + name
	return address.String(), nil
}
