package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// exec runs SQL behind the program's back.
func (r *rig) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// appointed gives an office at once to somebody new.
func (r *rig) appointed(t testing.TB, o party.Office, area party.Area, name party.Name) (*chatter, party.Code) {
	t.Helper()
	c := r.person(party.English)
	code, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: o, Area: area, TelegramID: c.ID, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return c, code
}

// makeTeam gives a transcript that leads a team one of its own, as the world of
// the flows has it, and a link to lead it.
func (r *rig) makeTeam(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(raw), "TEAMLINK") {
		return ""
	}
	r.exec(t, `UPDATE offices SET status = 'revoked' WHERE ac_no = $1`, flowstest.TeamAC)
	for _, h := range flowstest.Team() {
		r.appointed(t, h.Post.Office, h.Post.Area, h.Name)
	}
	return r.makeLink(t, party.Chief, party.Area{AC: flowstest.TeamAC})
}
