package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"sadasya/party"
	"sadasya/store/postgres"
)

// AppointCmd gives an office.
type AppointCmd struct {
	Office     string `required:"" enum:"admin,chief,enroller" placeholder:"admin|chief|enroller" help:"admin, chief or enroller."`
	Booth      string `help:"An enroller's booth, such as 55/12." xor:"area"`
	AC         int    `name:"ac" help:"A chief enroller's constituency, 1 to 200." xor:"area"`
	District   string `help:"A chief enroller's district, by its English name." xor:"area"`
	Name       string `help:"The person's name, as citizens will read it."`
	TelegramID int64  `help:"Appoint this Telegram account at once, without a link."`
}

// Run prints the start payload of a one-time link, or the referral code of who
// was appointed at once; then the whole link, where the bot's name is known.
func (a AppointCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	appointment, err := a.appointment(ctx, s)
	if err != nil {
		return err
	}
	payload, err := give(ctx, s, appointment)
	if err != nil {
		return err
	}
	fmt.Fprintln(console.Out, payload)
	username := c.BotUsername
	if username == "" {
		username, err = s.postgres.Username(ctx)
		if err != nil {
			return err
		}
	}
	if username != "" && payload != "" {
		fmt.Fprintf(console.Out, "https://t.me/%s?start=%s\n", username, payload)
	}
	return nil
}

// give appoints at once where the account is known, else makes a link.
func give(ctx context.Context, s *stores, a postgres.Appointment) (string, error) {
	if a.TelegramID != 0 {
		code, err := s.postgres.Appoint(ctx, a)
		return string(code), err
	}
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	token := party.NewLinkToken(a.Office, random)
	return string(token), s.postgres.CreateLink(ctx, a, token)
}

func (a AppointCmd) appointment(ctx context.Context, s *stores) (postgres.Appointment, error) {
	out := postgres.Appointment{TelegramID: a.TelegramID}
	out.Office, _ = party.ParseOffice(a.Office) // kong has checked it
	if a.Name != "" {
		name, _, err := party.ParseName(a.Name)
		if err != nil {
			return out, misuse("--name: %w", err)
		}
		out.Name = name
	}
	if a.TelegramID < 0 {
		return out, misuse("--telegram-id is the number of a person's account")
	}
	if a.TelegramID != 0 && a.Name == "" && out.Office == party.Enroller {
		return out, misuse("--name is wanted: citizens read who invited them")
	}
	return out, a.area(ctx, s, &out)
}

// area checks that the office fits its area and that there is such a place.
func (a AppointCmd) area(ctx context.Context, s *stores, out *postgres.Appointment) error {
	switch out.Office {
	case party.Enroller:
		if a.Booth == "" {
			return misuse("an enroller has a booth: --booth 55/12")
		}
		b, err := party.ParseBooth(a.Booth)
		if err != nil {
			return misuse("--booth: %w", err)
		}
		if _, err := s.postgres.Station(ctx, b); errors.Is(err, party.ErrNotFound) {
			return misuse("--booth: %s is not in the list of booths", b)
		} else if err != nil {
			return err
		}
		out.Area.Booth = b
	case party.Chief:
		return a.chiefArea(s, out)
	case party.Admin:
		if a.Booth != "" || a.AC != 0 || a.District != "" {
			return misuse("an admin has the whole state, and no area")
		}
	}
	return nil
}

func (a AppointCmd) chiefArea(s *stores, out *postgres.Appointment) error {
	if a.Booth != "" {
		return misuse("a chief enroller has a district or a constituency, not a booth")
	}
	if a.AC != 0 {
		if _, ok := s.reference.Constituency(a.AC); !ok {
			return misuse("--ac: constituencies go from 1 to %d", party.MaxAC)
		}
	}
	if list := s.reference.Constituencies(a.District); a.District != "" && (len(list) == 0 || list[0].DistrictEN != a.District) {
		return misuse("--district: %q is none of the districts; write it as in the list of constituencies, such as Jaipur", a.District)
	}
	out.Area.AC, out.Area.District = a.AC, a.District
	return nil
}
