package bot_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
)

// lost is a list of a person whose power ends after it was looked at so often.
type lost struct {
	after int
	did   []string
}

func (l *lost) MayList(context.Context, flows.Actor, flows.Export) error {
	if l.after--; l.after < 0 {
		l.did = append(l.did, "refused")
		return party.ErrNotFound
	}
	return nil
}

func (l *lost) CountList(context.Context, flows.Export) (int, error) {
	l.did = append(l.did, "counted")
	return 3, nil
}

func (l *lost) List(_ context.Context, _ int64, _ flows.Export, yield func(flows.ListRow) error) error {
	l.did = append(l.did, "read")
	for range 3 {
		if err := yield(flows.ListRow{"Kamla"}); err != nil {
			return err
		}
	}
	return nil
}

func (l *lost) NoteExport(context.Context, flows.Actor, flows.Export) error {
	l.did = append(l.did, "noted")
	return nil
}

func (l *lost) Parcel(_ context.Context, _ int64, name string, file io.Reader, _ string) error {
	l.did = append(l.did, name)
	_, err := io.ReadAll(file)
	return err
}

func (l *lost) Letter(_ context.Context, _ int64, m bot.Message, _ bool) (int, error) {
	l.did = append(l.did, "said: "+m.HTML)
	return 7, nil
}

func (l *lost) Rewrite(_ context.Context, _ int64, _ int, m bot.Message) error {
	l.did = append(l.did, "said: "+m.HTML)
	return nil
}

// leaf is a book of which each row is a part.
type leaf struct {
	send func(name string, file io.Reader) error
}

func (b leaf) Row(cells []string) error { return b.send("part", strings.NewReader(cells[0])) }
func (leaf) Finish() error              { return nil }
func (leaf) Close()                     {}

// TestALostPowerEndsAList before anything of it is read or counted, and between
// two parts.
func TestALostPowerEndsAList(t *testing.T) {
	t.Parallel()
	r, err := bot.NewRenderer(party.RajasthanSample(), nil, nil, func() string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	gone := "said: " + r.Text("appoint.notmade", party.English)
	for after, want := range [][]string{
		{"refused", gone},
		{"counted", "said: progress", "read", "refused", gone},
		{"counted", "said: progress", "read", "part", "refused", gone},
	} {
		l := &lost{after: after}
		d := bot.ListDesk{
			Rows: l, Courier: l, Render: r, Now: time.Now,
			Begin: func(_, _ string, _ []string, send func(string, io.Reader) error) bot.ListBook { return leaf{send} },
		}
		err := d.Send(t.Context(), flows.Actor{Person: 1, Update: 1, Language: party.English}, flows.Export{What: flows.ExportMembers})
		if err != nil && !errors.Is(err, party.ErrNotFound) {
			t.Fatal(err)
		}
		for i, did := range l.did {
			if strings.Contains(did, "▓") || strings.Contains(did, "░") {
				l.did[i] = "said: progress"
			}
		}
		if !slices.Equal(l.did, want) {
			t.Errorf("lost after %d looks: %q, wanted %q", after, l.did, want)
		}
	}
}
